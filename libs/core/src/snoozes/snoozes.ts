import { Injectable } from '@nestjs/common';
import { Database, type Db, type Tx } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { EventRow } from '../events/event-row.js';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { SnoozeStore, type SnoozeRow } from './snooze.store.js';

const LONGEST_MS = 366 * 86_400_000;
/** for each person, and so what a list holds at most */
export const MOST_SNOOZES = 500;

/** A snooze, with its message as it stands now. */
export interface Snoozed {
  snooze: SnoozeRow;
  event: EventRow;
}

/** What somebody wants to be reminded of later. It stays at home: no other server learns of it. */
@Injectable()
export class Snoozes {
  constructor(
    private readonly db: Database,
    private readonly store: SnoozeStore,
    private readonly members: MemberStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_EVENT_NOT_FOUND` for a message that the person may not read, `SW_REQUEST_INVALID` for a time that is over or more than a year away, `SW_SNOOZE_CAPACITY` */
  add(actor: Actor, { eventId, until }: { eventId: string; until: Date }): Promise<Snoozed> {
    const now = this.clock.date();
    const aheadMs = until.getTime() - now.getTime();
    if (aheadMs <= 0 || aheadMs > LONGEST_MS) throw new DomainError('SW_REQUEST_INVALID', { field: 'until', reason: 'must be a time that is still to come, within a year' });
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const [event] = await this.messages(tx, actor, [eventId]);
      if (!event) throw new DomainError('SW_EVENT_NOT_FOUND');
      await this.#makePlace(tx, actor, event.id);
      const snooze = await this.store.upsert(tx, { id: newId(this.clock), participant_id: actor.participantId, room_id: event.room_id, event_id: event.id, until, created_at: now });
      return { snooze, event };
    });
  }

  /** Soonest first; without those whose message the person may no longer read, of which they will not be told. */
  async list(db: Db, actor: Actor): Promise<Snoozed[]> {
    const rows = await this.store.list(db, actor.participantId, MOST_SNOOZES);
    const found = rows.length === 0 ? [] : await this.messages(db, actor, rows.map((row) => row.event_id));
    return rows.flatMap((snooze) => found.filter((event) => event.id === snooze.event_id && event.room_id === snooze.room_id).map((event) => ({ snooze, event })));
  }

  /** Whoever has as many as one may have loses those that they do not see any more: they could not cancel them. */
  async #makePlace(tx: Tx, actor: Actor, eventId: string): Promise<void> {
    await this.store.lockPerson(tx, actor.participantId);
    const others = (await this.store.list(tx, actor.participantId, MOST_SNOOZES)).filter((row) => row.event_id !== eventId);
    if (others.length < MOST_SNOOZES) return;
    const seen = new Set((await this.list(tx, actor)).map(({ snooze }) => snooze.id));
    const unseen = others.flatMap(({ id }) => (seen.has(id) ? [] : [id]));
    if (unseen.length === 0) throw new DomainError('SW_SNOOZE_CAPACITY', { limit: MOST_SNOOZES });
    await this.store.removeAll(tx, unseen);
  }

  /** @throws DomainError `SW_SNOOZE_NOT_FOUND` */
  remove(actor: Actor, id: string): Promise<void> {
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      if (!(await this.store.remove(tx, { participantId: actor.participantId, id }))) throw new DomainError('SW_SNOOZE_NOT_FOUND');
    });
  }

  /** Those of these messages that somebody may read now. */
  async messages(db: Db, { fqid, tenant }: Pick<Actor, 'fqid' | 'tenant'>, eventIds: readonly string[]): Promise<EventRow[]> {
    return this.store.findMessages(db, { rooms: await this.members.listReadable(db, { fqid, own: tenant.serverName }), eventIds });
  }
}
