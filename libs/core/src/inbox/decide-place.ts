import { chainNext, chainStart } from '@scaiwave/protocol/node';
import type { PlaceRow } from '../events/index.js';
import type { LanePlace } from './read-entry.js';

/** One entry of a host's lane, beside what this server holds around its place. */
export interface PlaceQuestion {
  place: LanePlace;
  id: string | null;
  /** null: the bytes are not known here */
  payloadSha256: Buffer | null;
  /** how far this server has come in the room, and the chain there */
  position: { seq: number; chain: Buffer };
  /** what is held at this place and beside it */
  held: ReadonlyMap<number, PlaceRow>;
  /** where an event of this id is held, if anywhere; room_seq null: not sequenced yet */
  sameId: { room_seq: number | null; payload_sha256: Buffer } | null;
}

export type PlaceDecision =
  | { kind: 'gap'; expectedSeq: number }
  | { kind: 'mismatch'; reason: string }
  /** the event is held at this place */
  | { kind: 'held' }
  /** another event of this id is held: refused, and keeps its place */
  | { kind: 'id_conflict' }
  | { kind: 'free'; wasRefused: boolean };

/** May the entry take the place that the host gives it? The host's order is believed only as far as its chain holds. */
export function decidePlace(question: PlaceQuestion): PlaceDecision {
  const { place, position } = question;
  if (place.prevSeq > position.seq) return { kind: 'gap', expectedSeq: position.seq + 1 };
  const here = question.held.get(place.roomSeq);
  const wrong = here ? differsFrom(here, question) : null;
  if (wrong) return { kind: 'mismatch', reason: wrong };
  if (here?.code === null) return { kind: 'held' };
  const broken = here ? null : breaksChain(question);
  if (broken) return { kind: 'mismatch', reason: broken };
  return decideId(question) ?? { kind: 'free', wasRefused: here !== undefined };
}

/** An event has one place; of one that is still pending the place is what has come now. */
function decideId({ sameId, payloadSha256 }: PlaceQuestion): PlaceDecision | null {
  if (!sameId) return null;
  if (payloadSha256 && !sameId.payload_sha256.equals(payloadSha256)) return { kind: 'id_conflict' };
  return sameId.room_seq === null ? null : { kind: 'mismatch', reason: `the event is held at room_seq ${sameId.room_seq}` };
}

function differsFrom(here: PlaceRow, { place, id, payloadSha256 }: PlaceQuestion): string | null {
  if (here.event_id !== null && id !== null && here.event_id !== id) return 'another event is held at this room_seq';
  if (here.payload_sha256 && payloadSha256 && !here.payload_sha256.equals(payloadSha256)) return 'another payload is held at this room_seq';
  return here.chain.equals(place.chain) ? null : 'the chain differs from the one held at this room_seq';
}

/** Checks against both neighbours where they are held; after a gap the given chain is the anchor. */
function breaksChain({ place, payloadSha256, position, held }: PlaceQuestion): string | null {
  const before = place.roomSeq === 1 ? Buffer.from(chainStart(place.roomId)) : place.roomSeq - 1 === position.seq ? position.chain : held.get(place.roomSeq - 1)?.chain;
  if (before && payloadSha256 && !place.chain.equals(chainNext(before, payloadSha256))) return 'the chain does not follow from the event before';
  const after = held.get(place.roomSeq + 1);
  if (after?.payload_sha256 && !after.chain.equals(chainNext(place.chain, after.payload_sha256))) return 'the chain does not lead to the event after';
  return null;
}
