// One person's client: JSON calls and the stream. `*.localhost` is loopback by RFC 6761, whatever the C library thinks.
import { Agent, request } from 'undici';
import WebSocket from 'ws';

const agent = new Agent({ connections: 32 });

export class Client {
  constructor(tenant, localId) {
    const user = tenant.users.find((candidate) => candidate.local_id === localId);
    if (!user) throw new Error(`the demo has no ${localId}`);
    const base = new URL(tenant.base_url);
    this.fqid = user.fqid;
    this.token = user.token;
    this.host = base.host;
    this.address = `127.0.0.1:${base.port || 80}`;
  }

  /** @returns {Promise<any>} what the answer says under `data` */
  async call(method, path, body) {
    return (await this.#ask(method, path, body)).data;
  }

  /** A page with its `meta`. */
  page(path) {
    return this.#ask('GET', path);
  }

  async #ask(method, path, body) {
    const response = await request(`http://${this.address}${path}`, {
      method,
      dispatcher: agent,
      headers: { host: this.host, authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    const json = text === '' ? {} : JSON.parse(text);
    if (response.statusCode >= 400) throw new Error(`${method} ${path} → ${response.statusCode} ${text}`);
    return json;
  }

  say(room, body) {
    return this.call('POST', `/v1/rooms/${room}/send`, { content: { msgtype: 'swp.text', body } });
  }

  /** Calls `onFrame(frame, now)` for every frame; resolves once the first one has come. */
  async listen(onFrame) {
    const socket = new WebSocket(`ws://${this.address}/v1/stream?token=${encodeURIComponent(this.token)}`, { headers: { host: this.host } });
    await new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.on('message', (data) => {
        const frame = JSON.parse(data.toString());
        if (frame.type === 'hello') resolve();
        onFrame(frame, performance.now());
      });
    });
    return socket;
  }
}
