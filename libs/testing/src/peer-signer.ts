import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { buildPayloadText, encodeBase64url, ENDPOINTS, type PayloadFields } from '@scaiwave/protocol';
import { buildDescriptorText, chainNext, chainStart, contentSha256, formatPublicKey, sha256, signDescriptor, signingKeyFromSeed, signJws, signRequest, type SigningKey } from '@scaiwave/protocol/node';
import { newId, type Clock } from '@scaiwave/telemetry';

/** A request as bytes, ready for the inbox or for a socket. */
export interface SignedRequest {
  host: string;
  method: string;
  target: string;
  headers: [string, string][];
  body: Buffer;
}

export interface RequestToMake {
  to: string;
  method?: string;
  /** default: the send endpoint */
  target?: string;
  /** an object is sent as JSON; text and bytes as they are */
  body?: object | string | Buffer;
  gzip?: boolean;
  /** milliseconds that the signature's clock is off */
  skewMs?: number;
  nonce?: string;
  /** the destination that is signed, where it differs from `to` */
  destination?: string;
  key?: SigningKey;
}

export interface EventToMake {
  type: string;
  roomId?: string;
  sender?: string;
  content?: object | string;
  id?: string;
  origin?: string;
  originTs?: number;
  key?: SigningKey;
  /** overrides of the payload's members, for events that are wrong on purpose */
  payload?: Partial<PayloadFields> & Record<string, unknown>;
}

/** An event as its origin made it. */
export interface MadeEvent {
  id: string;
  jws: string;
  content: string;
  payload: string;
  payloadSha256: Buffer;
}

/** A key that follows from a name, so that tests repeat exactly. */
export function keyFromName(name: string): SigningKey {
  return signingKeyFromSeed(createHash('sha256').update(`test key ${name}`).digest());
}

/** Another server as far as its signatures go: makes requests and events in its name. */
export class PeerSigner {
  constructor(
    readonly serverName: string,
    readonly clock: Clock,
    readonly key: SigningKey = keyFromName(serverName),
  ) {}

  get publicKey(): string {
    return formatPublicKey(this.key.publicKey);
  }

  /** The descriptor's JSON text, signed, valid for a day. */
  descriptor(versions?: string[]): string {
    const keys = [{ kid: this.key.kid, public_key: this.publicKey, state: 'active' as const, valid_from: null, valid_until: null }];
    const text = buildDescriptorText({ serverName: this.serverName, keys, validUntil: this.clock.now() + 86_400_000, endpoints: ['directory', 'media', 'status'] });
    return signDescriptor(versions ? JSON.stringify({ ...JSON.parse(text), protocol_versions: versions }) : text, [this.key]);
  }

  request(request: RequestToMake): SignedRequest {
    const { to, target = ENDPOINTS.send } = request;
    const method = request.method ?? (request.body === undefined ? 'GET' : 'POST');
    const plain = bodyOf(request.body);
    const body = request.gzip ? gzipSync(plain) : plain;
    const headers = signRequest(
      {
        method, target, body, origin: this.serverName, destination: request.destination ?? to, nonce: request.nonce,
        createdAtMs: this.clock.now() + (request.skewMs ?? 0), ...(request.gzip && { contentEncoding: 'gzip' as const }),
      },
      request.key ?? this.key,
    );
    const all: [string, string][] = [['Host', to], ...(body.length > 0 ? [['Content-Type', 'application/json'] as [string, string]] : []), ...Object.entries(headers)];
    return { host: to, method, target, headers: all, body };
  }

  /** A `POST send` with these entries. */
  send(to: string, events: object[], more: Partial<RequestToMake> & { ephemeral?: unknown[] } = {}): SignedRequest {
    const { ephemeral = [], ...rest } = more;
    return this.request({ to, body: { batch_id: newId(this.clock), events, ephemeral }, ...rest });
  }

  event(event: EventToMake): MadeEvent {
    const content = typeof event.content === 'string' ? event.content : JSON.stringify(event.content ?? {});
    const fields = {
      id: event.id ?? newId(this.clock), type: event.type, room_id: event.roomId, origin: event.origin ?? this.serverName, sender: event.sender,
      origin_ts: event.originTs ?? this.clock.now(), content_sha256: contentSha256(content),
    };
    const payload = event.payload ? JSON.stringify({ ...fields, ...event.payload }) : buildPayloadText(fields);
    return { id: fields.id, jws: signJws(payload, event.key ?? this.key), content, payload, payloadSha256: sha256(payload) };
  }

  /** A text message of one of this server's people, as an entry of a member's lane. */
  message(roomId: string, sender: string, body = 'hello'): MadeEvent {
    return this.event({ type: 'swp.room.message', roomId, sender, content: { msgtype: 'swp.text', body } });
  }
}

function bodyOf(body: RequestToMake['body']): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** `{jws, content}`: how a member's lane and the control lane carry an event. */
export function plain({ jws, content }: MadeEvent): { jws: string; content: string } {
  return { jws, content };
}

/** A room that another server orders: gives each event its place. */
export class HostedLog {
  seq = 0;
  chain: Buffer;
  /** room_seq of the last entry that the receiver took */
  prevSeq = 0;

  constructor(readonly roomId: string) {
    this.chain = chainStart(roomId);
  }

  /** Moves on as if `count` events had been sequenced that the receiver does not get. */
  skip(count: number): this {
    for (let n = 0; n < count; n++) this.place(sha256(`skipped ${this.seq}`));
    return this;
  }

  /** The entry of the next place; the receiver is taken to store it. */
  next(event: MadeEvent): { room_id: string; jws: string; content: string; room_seq: number; prev_seq: number; chain: string } {
    return { room_id: this.roomId, jws: event.jws, content: event.content, ...this.give(event.payloadSha256) };
  }

  /** The entry of an event of the receiver's own. */
  nextOwn(event: { id: string; payloadSha256: Buffer }): { room_id: string; id: string; room_seq: number; prev_seq: number; chain: string } {
    return { room_id: this.roomId, id: event.id, ...this.give(event.payloadSha256) };
  }

  private give(payloadSha256: Buffer): { room_seq: number; prev_seq: number; chain: string } {
    const prevSeq = this.prevSeq;
    this.place(payloadSha256);
    this.prevSeq = this.seq;
    return { room_seq: this.seq, prev_seq: prevSeq, chain: encodeBase64url(this.chain) };
  }

  private place(payloadSha256: Buffer): void {
    this.seq += 1;
    this.chain = chainNext(this.chain, payloadSha256);
  }
}
