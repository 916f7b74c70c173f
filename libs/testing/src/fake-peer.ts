import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeJws, encodeBase64url, WELL_KNOWN_PATH } from '@scaiwave/protocol';
import { buildDescriptorText, signDescriptor } from '@scaiwave/protocol/node';
import type { Clock } from '@scaiwave/telemetry';
import { keyFromName, PeerSigner } from './peer-signer.js';

/** How the peer behaves, for its descriptor and for everything else apart. */
export type Behaviour =
  | { kind: 'ok' }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** answers as usual, but late */
  | { kind: 'slow'; ms: number }
  /** descriptor: signed by another key; requests: an answer that is no answer of the protocol */
  | { kind: 'badSignature' }
  | { kind: 'closesEarly' }
  | { kind: 'redirects'; to: string }
  | { kind: 'huge'; bytes: number }
  | { kind: 'notJson' };

/** A request as the peer received it; the body after gunzip. */
export interface ReceivedRequest {
  method: string;
  target: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

/** Bytes are sent as they are, everything else as JSON. */
type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/** A server of the protocol on a real socket of the loopback, with switches for everything that can go wrong there. */
export class FakePeer extends PeerSigner {
  descriptorBehaviour: Behaviour = { kind: 'ok' };
  behaviour: Behaviour = { kind: 'ok' };
  readonly received: ReceivedRequest[] = [];
  /** Answers a request that is not for the descriptor; by default every event is stored, and given a place where it names a room. */
  answer: (request: ReceivedRequest) => Answer = (request) => this.storeAll(request);
  /** Nothing is answered before this. */
  holds: Promise<void> = Promise.resolve();
  private readonly server: Server;
  private seq = 0;

  private constructor(server: Server, serverName: string, clock: Clock) {
    super(serverName, clock);
    this.server = server;
    server.on('request', (request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on a free port of the loopback as `<name>.localhost:<port>`. */
  static async start(name: string, clock: Clock): Promise<FakePeer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FakePeer(server, `${name}.localhost:${(server.address() as AddressInfo).port}`, clock);
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Bodies of the `send` requests that came, parsed. */
  get batches(): Array<{ batch_id: string; events: Record<string, unknown>[]; ephemeral?: unknown[] }> {
    return this.received.filter(({ method, target }) => method === 'POST' && target.endsWith('/send')).map(({ body }) => JSON.parse(body.toString('utf8')));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = { method: request.method ?? '', target: request.url ?? '', headers: request.headers, body: bodyOf(request, Buffer.concat(chunks)) };
    this.received.push(received);
    const isDescriptor = received.target === WELL_KNOWN_PATH;
    const behaviour = isDescriptor ? this.descriptorBehaviour : this.behaviour;
    await this.holds;
    if (behaviour.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, behaviour.ms).unref());
    if (isAbnormal(behaviour)) return misbehave(behaviour, request, response);
    if (isDescriptor) return send(response, { status: 200, body: behaviour.kind === 'badSignature' ? this.forgedDescriptor() : this.descriptor() });
    const { status, body, headers }: Answer = behaviour.kind === 'badSignature' ? { status: 200, body: { data: { results: 'none' } } } : this.answer(received);
    return send(response, { status, body: Buffer.isBuffer(body) ? body : JSON.stringify(body), ...(headers && { headers }) });
  }

  /** Our own document under the signature of a key that is not in it. */
  private forgedDescriptor(): string {
    const keys = [{ kid: this.key.kid, public_key: this.publicKey, state: 'active' as const, valid_from: null, valid_until: null }];
    const text = buildDescriptorText({ serverName: this.serverName, keys, validUntil: this.clock.now() + 3_600_000 });
    return signDescriptor(text, [keyFromName('forger')]);
  }

  private storeAll({ method, body }: ReceivedRequest): Answer {
    if (method !== 'POST') return { status: 200, body: { data: [], meta: { has_more: false } } };
    const { events } = JSON.parse(body.toString('utf8')) as { events: Array<{ id?: string; jws?: string }> };
    const results = events.map((entry) => {
      const decoded = decodeJws(entry.jws);
      const place = { room_seq: (this.seq += 1), chain: encodeBase64url(Buffer.alloc(32, this.seq)) };
      return { id: decoded.ok ? decoded.payload.id : (entry.id ?? null), status: 'stored', ...place };
    });
    return { status: 200, body: { data: { results } } };
  }
}

function bodyOf(request: IncomingMessage, wire: Buffer): Buffer {
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(wire) : wire;
}

type Abnormal = Exclude<Behaviour, { kind: 'ok' | 'slow' | 'badSignature' }>;
function isAbnormal(behaviour: Behaviour): behaviour is Abnormal {
  return behaviour.kind !== 'ok' && behaviour.kind !== 'slow' && behaviour.kind !== 'badSignature';
}

function misbehave(behaviour: Abnormal, request: IncomingMessage, response: ServerResponse): void {
  switch (behaviour.kind) {
    case 'status':
      return send(response, { status: behaviour.status, body: JSON.stringify({ error: { code: 'SW_INTERNAL', message: 'as the test asked' } }), headers: behaviour.headers });
    case 'closesEarly':
      request.socket.destroy();
      return;
    case 'redirects':
      return send(response, { status: 302, body: '', headers: { location: behaviour.to } });
    case 'huge':
      return send(response, { status: 200, body: JSON.stringify({ padding: 'x'.repeat(behaviour.bytes) }) });
    case 'notJson':
      return send(response, { status: 200, body: '<html>welcome</html>', headers: { 'content-type': 'text/html' } });
  }
}

function send(response: ServerResponse, { status, body, headers }: { status: number; body: string | Buffer; headers?: Record<string, string> }): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}
