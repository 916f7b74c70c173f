import { buildPayloadText, type Fqid, type RoomId, type ServerName } from '@scaiwave/protocol';
import { contentSha256, sha256 } from '@scaiwave/protocol/node';
import { newId, type Clock } from '@scaiwave/telemetry';

/** An event whose bytes are fixed but which has no place in a room yet. */
export interface EventDraft {
  id: string;
  type: string;
  roomId: RoomId;
  origin: ServerName;
  sender?: Fqid;
  /** milliseconds since the epoch */
  originTs: number;
  /** JSON text whose hash the payload carries; null where it was redacted before it came here */
  contentText: string | null;
  /** exactly the bytes that are or will be signed */
  payloadText: string;
  payloadSha256: Buffer;
  /** the origin's signature; absent on our own events until a worker signs them */
  jws?: string;
  /** its id was made here just now, so nothing can refer to it yet */
  isFresh?: boolean;
}

export interface NewEvent {
  clock: Clock;
  type: string;
  roomId: RoomId;
  origin: ServerName;
  sender?: Fqid;
  content: object;
  id?: string;
}

/** Fixes the bytes of a new event of ours: from here on nothing re-serialises them. */
export function buildDraft(input: NewEvent): EventDraft {
  const contentText = JSON.stringify(input.content);
  const id = input.id ?? newId(input.clock);
  const originTs = input.clock.now();
  const payloadText = buildPayloadText({
    id,
    type: input.type,
    room_id: input.roomId,
    origin: input.origin,
    sender: input.sender,
    origin_ts: originTs,
    content_sha256: contentSha256(contentText),
  } as Parameters<typeof buildPayloadText>[0]);
  return {
    id,
    type: input.type,
    roomId: input.roomId,
    origin: input.origin,
    sender: input.sender,
    originTs,
    contentText,
    payloadText,
    payloadSha256: Buffer.from(sha256(Buffer.from(payloadText, 'utf8'))),
    isFresh: input.id === undefined,
  };
}
