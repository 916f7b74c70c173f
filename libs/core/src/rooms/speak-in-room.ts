import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { buildDraft, type EventDraft, type NewEvent } from '../events/event-draft.js';
import type { EventRow } from '../events/event-row.js';
import { RoomLog } from '../events/room-log.js';
import type { MemberRow } from '../members/member-row.js';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { decideSpeaking, type Intent } from './decide-speaking.js';
import type { LockedRoom } from './room-row.js';
import { Turns } from './turns.js';
import { RoomStore } from './room.store.js';

/** What a use case sees of the room, under its lock. */
export interface Floor {
  tx: Tx;
  room: LockedRoom;
  member: MemberRow;
}

/** One thing to be said: its type, content, and what the rules need to know of whom or what it is about. */
export type Utterance = Pick<NewEvent, 'type' | 'content' | 'id'> & { about?: Intent['about']; isServerAct?: boolean };

export interface Speech {
  actor: Actor;
  roomId: RoomId;
  /** reads only, if it is said together with others */
  compose: (floor: Floor) => Promise<Utterance[]> | Utterance[];
}

/** More would keep rooms locked for too long. */
const MOST_TOGETHER = 32;
/** Together costs less than side by side; but what takes long, because somebody else holds one of its rooms, does not hold up all others. */
const AT_ONCE = 2;
const BESIDE_AFTER_MS = 40;

/**
 * The way of every local person's act into a room: lock, rules, draft, log. An empty list says nothing (a no-op).
 * A room's order is a serial thing: what is said in it at the same time shares one lock and one commit; and what is said in a tenant's
 * other rooms shares the commit, too.
 */
@Injectable()
export class SpeakInRoom {
  private readonly turns = new Turns<Speech, EventRow[]>({ most: MOST_TOGETHER, atOnce: AT_ONCE, besideAfterMs: BESIDE_AFTER_MS, take: (speeches) => this.sayAll(speeches) });

  constructor(
    private readonly db: Database,
    private readonly log: RoomLog,
    private readonly members: MemberStore,
    private readonly rooms: RoomStore,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError `SW_ROOM_NOT_FOUND` for strangers (they may not know that it exists), `SW_NOT_MEMBER` for who has only accepted, `SW_ROOM_FROZEN`, `SW_ROOM_FORBIDDEN` …
   */
  async run(speech: Speech): Promise<EventRow[]> {
    const [outcome] = await this.sayTogether([speech]);
    return valueOf(outcome);
  }

  /** For what many say at once, and what refers to nothing that others are just saying. @throws as `run` */
  runWithOthers(speech: Speech): Promise<EventRow[]> {
    return this.turns.run({ key: speech.actor.tenant.id, part: speech.roomId }, speech);
  }

  /** What fails for all may be the fault of one (an id used twice): then each has a transaction of its own. */
  private async sayAll(speeches: readonly Speech[]): Promise<Outcome[]> {
    if (speeches.length === 1) return this.sayTogether(speeches);
    try {
      return await this.sayTogether(speeches);
    } catch (error) {
      if (!isOfOneRow(error)) throw error;
      const outcomes: Outcome[] = [];
      for (const speech of speeches) outcomes.push(...(await Promise.allSettled([this.run(speech)])));
      return outcomes;
    }
  }

  /** All are of one tenant. Refusals are outcomes; one that is alone is thrown, so that nothing of it stays. */
  private sayTogether(speeches: readonly Speech[]): Promise<Outcome[]> {
    const tenant = speeches[0]!.actor.tenant;
    const byRoom = Map.groupBy(speeches, (speech) => speech.roomId);
    // Always in the same order, so that two transactions cannot wait for each other's rooms.
    const roomIds = [...byRoom.keys()].toSorted();
    return this.db.forTenant(tenant.id, async (tx) => {
      const outcomes = new Map<Speech, Outcome>();
      await Promise.all(roomIds.map(async (roomId) => {
        const own = byRoom.get(roomId)!;
        for (const [index, outcome] of (await this.sayInOne(tx, own)).entries()) outcomes.set(own[index]!, outcome);
      }));
      if (speeches.length === 1) valueOf(outcomes.get(speeches[0]!));
      return speeches.map((speech) => outcomes.get(speech)!);
    });
  }

  private async sayInOne(tx: Tx, speeches: readonly Speech[]): Promise<Outcome[]> {
    const [{ actor, roomId }] = speeches as readonly [Speech];
    const [room, found] = await Promise.all([
      this.log.lockRoom(tx, actor.tenant, roomId),
      this.members.findMembers(tx, roomId, [...new Set(speeches.map((speech) => speech.actor.fqid))]),
    ]);
    const members = new Map(found.map((member) => [member.fqid, member]));
    const drafted: PromiseSettledResult<EventDraft[]>[] = [];
    for (const speech of speeches) drafted.push(await settled(this.draft({ tx, room, member: members.get(speech.actor.fqid) }, speech)));
    const drafts = drafted.flatMap((outcome) => (outcome.status === 'fulfilled' ? outcome.value : []));
    const said = room && drafts.length > 0 ? await this.log.say(tx, room, drafts) : [];
    return drafted.map((outcome) => (outcome.status === 'fulfilled' ? { status: 'fulfilled', value: said.splice(0, outcome.value.length) } : outcome));
  }

  private async draft({ tx, room, member }: { tx: Tx; room: LockedRoom | null; member: MemberRow | undefined }, { actor, roomId, compose }: Speech): Promise<EventDraft[]> {
    if (!room || member?.membership !== 'join') throw await this.refusal(tx, { actor, roomId });
    const utterances = await compose({ tx, room, member });
    for (const { type, content, about } of utterances) {
      const decision = decideSpeaking({ room: room.row, member, type, content, now: this.clock.now(), about });
      if (!decision.allowed) throw new DomainError(decision.code);
    }
    return utterances.map((said) =>
      buildDraft({ clock: this.clock, roomId, origin: actor.tenant.serverName, type: said.type, content: said.content, id: said.id, sender: said.isServerAct ? undefined : actor.fqid }),
    );
  }

  private async refusal(tx: Tx, { actor, roomId }: { actor: Actor; roomId: RoomId }): Promise<DomainError> {
    const mine = await this.rooms.findMyRoom(tx, { fqid: actor.fqid, roomId });
    return new DomainError(mine?.membership === 'joining' ? 'SW_NOT_MEMBER' : 'SW_ROOM_NOT_FOUND');
  }
}

type Outcome = PromiseSettledResult<EventRow[]>;

/** SQLSTATE classes 22 (data) and 23 (constraint): what one of them gave is to blame, not Postgres. */
function isOfOneRow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code));
}

/** A refusal is an outcome; anything else ends the transaction. */
function settled<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  return promise.then(
    (value) => ({ status: 'fulfilled', value }),
    (reason: unknown) => {
      if (!(reason instanceof DomainError)) throw reason;
      return { status: 'rejected', reason };
    },
  );
}

function valueOf<Value>(outcome: PromiseSettledResult<Value> | undefined): Value {
  if (outcome?.status === 'fulfilled') return outcome.value;
  throw outcome?.reason;
}
