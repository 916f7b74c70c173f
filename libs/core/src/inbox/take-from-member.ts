import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import {
  decideAuthority, decideClock, decidePower, EVENT_TYPES, serverOf, type Fqid, type MemberContent, type Person, type Presence, type RoomState, type ServerName,
} from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { EventStore, RoomLog, type EventDraft, type EventRow } from '../events/index.js';
import type { MemberRow } from '../members/member-row.js';
import { MemberStore } from '../members/member.store.js';
import { decideFederation, type LockedRoom } from '../rooms/index.js';
import { rejected, type JudgedEntry, type Outcome } from './batch-outcome.js';
import { draftOf, type ReceivedEvent } from './read-entry.js';

type Referred = Pick<EventRow, 'type' | 'sender' | 'origin_ts'> & { redacted_by: string | null };

/** What the host looks at; read again whenever an event changed it. */
interface Facts {
  presence: Presence;
  events: Map<string, EventRow>;
  members: Map<Fqid, MemberRow>;
  /** decided in this batch, with their places still to be given */
  waiting: Map<string, { index: number; draft: EventDraft }>;
}

/**
 * The host's side: a member server's events of a room that this server orders. Each is decided on what the ones before it left
 * behind; places are given in as few statements as that allows.
 */
@Injectable()
export class TakeFromMember {
  constructor(
    private readonly log: RoomLog,
    private readonly events: EventStore,
    private readonly members: MemberStore,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, room: LockedRoom, batch: { carrier: ServerName; entries: readonly JudgedEntry[] }): Promise<Outcome[]> {
    if (!doesFederate(room)) return batch.entries.map(() => rejected('SW_ROOM_NOT_FOUND', 'the room does not federate'));
    const outcomes: Outcome[] = [];
    let facts: Facts | null = null;
    for (const [index, entry] of batch.entries.entries()) {
      if (facts && mustGivePlaces(facts, entry)) facts = await this.givePlaces(tx, room, { facts, outcomes });
      facts ??= await this.gather(tx, room, { carrier: batch.carrier, entries: batch.entries.slice(index) });
      const outcome = this.decide(room, { entry, facts, carrier: batch.carrier });
      if (outcome !== null) outcomes[index] = outcome;
      else facts.waiting.set(entry.id!, { index, draft: draftOf(entry.what as ReceivedEvent) });
    }
    if (facts) await this.givePlaces(tx, room, { facts, outcomes });
    return outcomes;
  }

  /** Null: to be sequenced. The first check that fails is the answer. */
  private decide(room: LockedRoom, { entry, facts, carrier }: { entry: JudgedEntry; facts: Facts; carrier: ServerName }): Outcome | null {
    const { what, verdict } = entry;
    if (verdict.kind === 'refused') return rejected(verdict.code, verdict.reason); // signature
    if (what.kind === 'refused') return rejected(what.code, what.reason); // form
    if (what.kind === 'own' || verdict.kind === 'unverified') return rejected('SW_FED_FORBIDDEN', 'to the host a server sends its own events only');
    const known = facts.events.get(what.event.payload.id);
    if (known) return repeat(known, what); // duplicate or conflict
    const authority = decideAuthority(authorityInput(room, { entry, what, facts, carrier }));
    if (!authority.allowed) return rejected(authority.code, authority.reason); // who may say it
    const clock = decideClock(what.event.payload.origin_ts, this.clock.now());
    if (!clock.allowed) return rejected(clock.code, clock.reason); // 60 s ahead
    const power = decidePower(powerInput(room, what, facts));
    if (!power.allowed) return rejected(power.code, power.reason); // membership, state, references, power, age
    const replyTo = replyOf(what);
    if (replyTo !== null && !referred(facts, replyTo)) return rejected('SW_EVENT_NOT_FOUND', 'the reply is to no event of the room');
    return null;
  }

  private async gather(tx: Tx, room: LockedRoom, batch: { carrier: ServerName; entries: readonly JudgedEntry[] }): Promise<Facts> {
    const events = batch.entries.map((entry) => entry.what).filter((what) => what.kind === 'event');
    const ids = events.flatMap((what) => [what.event.payload.id, targetOf(what), replyOf(what)]).filter((id) => id !== null);
    const people = events.flatMap((what) => [what.event.payload.sender, subjectOf(what)?.fqid]).filter((fqid) => fqid !== undefined);
    const { id: roomId } = room.row;
    const [members, known] = await Promise.all([this.members.findMembers(tx, roomId, [...new Set(people)]), this.events.findEvents(tx, roomId, [...new Set(ids)])]);
    const isIn = members.some((member) => member.server_name === batch.carrier && member.membership === 'join');
    return {
      presence: isIn ? 'joined' : await this.presenceOf(tx, roomId, batch.carrier),
      events: new Map(known.map((event) => [event.id, event])),
      members: new Map(members.map((member) => [member.fqid, member])),
      waiting: new Map(),
    };
  }

  private async presenceOf(tx: Tx, roomId: string, server: ServerName): Promise<Presence> {
    if ((await this.members.countJoined(tx, { roomId, server })) > 0) return 'joined';
    return (await this.members.hadMember(tx, roomId, server)) ? 'left' : 'never';
  }

  /** What was decided gets its places; what is known of the room is read anew for what follows. */
  private async givePlaces(tx: Tx, room: LockedRoom, work: { facts: Facts; outcomes: Outcome[] }): Promise<null> {
    const waiting = [...work.facts.waiting.values()];
    if (waiting.length === 0) return null;
    const stored = new Map((await this.log.append(tx, room, waiting.map(({ draft }) => draft))).map((row) => [row.id, row]));
    for (const { index, draft } of waiting) {
      const row = stored.get(draft.id);
      work.outcomes[index] = { status: 'stored', roomSeq: row?.room_seq ?? undefined, chain: row?.chain ?? undefined };
    }
    return null;
  }
}

/** Archived and closed rooms go on federating: what may still be said in them is decided event by event. */
function doesFederate(room: LockedRoom): boolean {
  return decideFederation({ ...room.row, state: 'open' }).allowed;
}

/** Does this entry rest on something that was decided in this batch and has no place yet? */
function mustGivePlaces(facts: Facts, { id, what }: JudgedEntry): boolean {
  if (facts.waiting.size === 0) return false;
  if (id !== null && facts.waiting.has(id)) return true;
  const changesRules = [...facts.waiting.values()].some(({ draft }) => draft.type === EVENT_TYPES.member || draft.type === EVENT_TYPES.redaction);
  return changesRules && what.kind === 'event';
}

function repeat(known: EventRow, what: ReceivedEvent): Outcome {
  if (!known.payload_sha256.equals(what.payloadSha256)) return rejected('SW_FED_ID_CONFLICT', 'another event of the room has this id');
  return { status: 'duplicate', roomSeq: known.room_seq ?? undefined, chain: known.chain ?? undefined };
}

function authorityInput(room: LockedRoom, { entry, what, facts, carrier }: { entry: JudgedEntry; what: ReceivedEvent; facts: Facts; carrier: ServerName }) {
  const { payload } = what.event;
  const subject = subjectOf(what);
  return {
    type: payload.type,
    form: entry.place ? ('sequenced' as const) : ('plain' as const),
    origin: payload.origin,
    carrier,
    sender: payload.sender,
    role: 'host' as const,
    roomHost: room.row.host,
    originPresence: facts.presence,
    member: subject && { fqid: subject.fqid, membership: subject.membership, hasPowerLevel: subject.power_level !== undefined },
  };
}

function powerInput(room: LockedRoom, what: ReceivedEvent, facts: Facts) {
  const { payload } = what.event;
  const subject = subjectOf(what);
  const target = referred(facts, targetOf(what));
  const actor = payload.sender ?? (subject?.membership === 'leave' && serverOf(subject.fqid) === payload.origin ? subject.fqid : null);
  return {
    type: payload.type,
    actor: actor === null ? null : personOf(facts, actor),
    roomState: room.row.state,
    originTs: payload.origin_ts,
    target: target && { type: target.type, author: target.sender as Fqid | null, originTs: target.origin_ts, isRedacted: target.redacted_by !== null },
    ...(subject && { subject: personOf(facts, subject.fqid), change: { membership: subject.membership, powerLevel: subject.power_level } }),
    nextState: what.content?.state as RoomState | undefined,
  };
}

function personOf(facts: Facts, fqid: Fqid): Person {
  const row = facts.members.get(fqid);
  return { fqid, membership: row?.membership ?? null, powerLevel: row?.membership === 'join' ? row.power_level : 0 };
}

function referred(facts: Facts, id: string | null): Referred | null {
  if (id === null) return null;
  const waiting = facts.waiting.get(id)?.draft;
  if (waiting) return { type: waiting.type, sender: waiting.sender ?? null, origin_ts: waiting.originTs, redacted_by: null };
  return facts.events.get(id) ?? null;
}

const REFERRING: readonly string[] = [EVENT_TYPES.messageEdit, EVENT_TYPES.redaction, EVENT_TYPES.reaction, EVENT_TYPES.reactionRemoved];
function targetOf({ event, content }: ReceivedEvent): string | null {
  return REFERRING.includes(event.payload.type) ? ((content?.event_id as string | undefined) ?? null) : null;
}

function replyOf({ event, content }: ReceivedEvent): string | null {
  return event.payload.type === EVENT_TYPES.message ? ((content?.reply_to_event_id as string | null | undefined) ?? null) : null;
}

function subjectOf({ event, content }: ReceivedEvent): MemberContent | undefined {
  return event.payload.type === EVENT_TYPES.member ? ((content as MemberContent | null) ?? undefined) : undefined;
}
