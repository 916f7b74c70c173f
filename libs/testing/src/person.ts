import { request } from 'undici';

/** An answer of the client API: its status, `data` of a success, `error` of a refusal. */
export interface Answer<Data = any> {
  status: number;
  data: Data;
  error?: { code: string; message: string; details?: Record<string, unknown> };
  meta?: Record<string, unknown>;
}

/** Somebody at one server, with a bearer token, speaking to the client API as an app would. */
export class Person {
  readonly fqid: string;
  readonly localId: string;
  readonly serverName: string;
  /** more headers for every request */
  headers: Record<string, string> = {};
  #address: () => string;
  #token: () => Promise<string>;

  constructor(options: { localId: string; serverName: string; address: () => string; token: () => Promise<string> }) {
    this.localId = options.localId;
    this.serverName = options.serverName;
    this.fqid = `@${options.localId}:${options.serverName}`;
    this.#address = options.address;
    this.#token = options.token;
  }

  /** What an app would send as `Authorization: Bearer …`. */
  token(): Promise<string> {
    return this.#token();
  }

  async call<Data = any>(method: string, path: string, body?: unknown): Promise<Answer<Data>> {
    const response = await request(`${this.#address()}${path}`, {
      method: method as 'GET',
      headers: {
        ...this.headers,
        host: this.serverName,
        authorization: `Bearer ${await this.token()}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.body.text();
    const json = text === '' ? {} : (JSON.parse(text) as object);
    return { status: response.statusCode, ...json } as Answer<Data>;
  }

  /** As `call`, but a refusal throws with what was asked and answered. */
  async must<Data = any>(method: string, path: string, body?: unknown): Promise<Data> {
    const answer = await this.call<Data>(method, path, body);
    if (answer.status >= 400) throw new Error(`${this.fqid} ${method} ${path} → ${answer.status} ${JSON.stringify(answer.error)}`);
    return answer.data;
  }

  createRoom(name: string, more: Record<string, unknown> = {}): Promise<{ id: string }> {
    return this.must('POST', '/v1/rooms', { room_type: 'group', name, ...more });
  }

  invite(roomId: string, fqid: string): Promise<Answer> {
    return this.call('POST', `/v1/rooms/${roomId}/invitations`, { fqid });
  }

  invitations(): Promise<any[]> {
    return this.must('GET', '/v1/me/invitations');
  }

  answer(inviteId: string, verdict: 'accept' | 'decline'): Promise<Answer> {
    return this.call('POST', `/v1/me/invitations/${inviteId}/${verdict}`);
  }

  async say(roomId: string, body: string, more: Record<string, unknown> = {}): Promise<any> {
    return this.must('POST', `/v1/rooms/${roomId}/send`, { content: { msgtype: 'swp.text', body, ...more } });
  }

  /** Messages of a room, oldest first. */
  async messages(roomId: string): Promise<any[]> {
    const events = await this.must<any[]>('GET', `/v1/rooms/${roomId}/messages?limit=200`);
    return events.filter((event) => event.event_type === 'swp.room.message').toReversed();
  }

  async bodies(roomId: string): Promise<string[]> {
    return (await this.messages(roomId)).map((event) => event.content?.body ?? null);
  }

  async members(roomId: string): Promise<string[]> {
    const members = await this.must<any[]>('GET', `/v1/rooms/${roomId}/members`);
    return members.filter((member) => member.membership === 'join').map((member) => member.participant.fqid).toSorted();
  }
}
