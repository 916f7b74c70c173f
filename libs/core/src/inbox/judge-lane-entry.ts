import { decideAuthority, decodeBase64url, EVENT_TYPES, type ErrorCode, type MemberContent, type ServerName } from '@scaiwave/protocol';
import type { JudgedEntry } from './batch-outcome.js';
import { editTargetOf } from './gather-lane-facts.js';
import type { LaneRun } from './lane-run.js';
import type { LanePlace, ReceivedEvent } from './read-entry.js';

export type PlacedEntry = JudgedEntry & { place: LanePlace };
export interface Denied {
  code: ErrorCode;
  reason: string;
}

export function hasPlace(entry: JudgedEntry): entry is PlacedEntry {
  return entry.place !== null;
}

const NOT_OURS: Denied = { code: 'SW_ROOM_NOT_FOUND', reason: 'nobody of this server is in the room' };
const NOT_BEGUN: Denied = { code: 'SW_ROOM_NOT_FOUND', reason: 'the lane begins with the join of our first person' };

/** Signature, authority, and what the event says: the first that fails is the answer. */
export function judgeEntry(run: LaneRun, entry: JudgedEntry, carrier: ServerName): Denied | null {
  const { what, verdict } = entry;
  if (!run.isOurs) return NOT_OURS;
  if (verdict.kind === 'refused') return verdict; // form, signature
  if (what.kind === 'own') return judgeOwn(run, what.id);
  if (what.kind === 'refused') return what;
  const authority = decideAuthority(authorityInput(run, { entry, what, carrier }));
  if (!authority.allowed) return authority; // who may say it
  if (run.isUnaskedJoin(what)) return { code: 'SW_FED_FORBIDDEN', reason: 'nobody here accepted this invitation' };
  if (!run.hasStarted && !run.startsWith(what)) return NOT_BEGUN;
  return hasPlace(entry) && what.event.payload.type === EVENT_TYPES.checkpoint ? judgeCheckpoint(run, entry.place, what) : null;
}

function judgeOwn(run: LaneRun, id: string): Denied | null {
  if (!run.hasStarted) return NOT_BEGUN;
  const known = run.find(id);
  return known && known.origin !== run.room.tenant.serverName ? { code: 'SW_FED_EVENT_INVALID', reason: 'only events of the receiver come without bytes' } : null;
}

function authorityInput(run: LaneRun, { entry, what, carrier }: { entry: JudgedEntry; what: ReceivedEvent; carrier: ServerName }) {
  const { payload } = what.event;
  const subject = payload.type === EVENT_TYPES.member ? (what.content as MemberContent) : undefined;
  const target = run.find(editTargetOf(entry));
  return {
    type: payload.type,
    form: entry.place ? ('sequenced' as const) : ('plain' as const),
    origin: payload.origin,
    carrier,
    sender: payload.sender,
    role: 'member' as const,
    roomHost: run.room.row.host,
    // Our own events come back with their bytes where the host thinks that we have lost them.
    originPresence: payload.origin === run.room.tenant.serverName ? ('left' as const) : run.presenceOf(payload.origin),
    member: subject && { fqid: subject.fqid, membership: subject.membership, hasPowerLevel: subject.power_level !== undefined },
    target: target && { author: target.sender },
  };
}

/** A checkpoint is the host's signed word on the event before it. */
function judgeCheckpoint(run: LaneRun, place: LanePlace, { content }: ReceivedEvent): Denied | null {
  const said = content as { room_seq: number; chain: string };
  if (said.room_seq !== place.roomSeq - 1) return { code: 'SW_FED_EVENT_INVALID', reason: 'a checkpoint speaks of its predecessor' };
  const before = said.room_seq === run.position.seq ? run.position.chain : run.held.get(said.room_seq)?.chain;
  return !before || before.equals(decodeBase64url(said.chain) ?? Buffer.alloc(0)) ? null : { code: 'SW_FED_CHAIN_MISMATCH', reason: 'the checkpoint names another chain' };
}
