import { Injectable } from '@nestjs/common';
import { EventStore, MemberStore, RoomStore, type Actor, type EventRow, type RoomRow, type TimelinePage } from '@scaiwave/core';
import { Database, type Db } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { EventPresenter } from './event.presenter.js';

/** What members read of a room's timeline. */
@Injectable()
export class ReadMessages {
  constructor(
    private readonly db: Database,
    private readonly events: EventStore,
    private readonly members: MemberStore,
    private readonly rooms: RoomStore,
    private readonly presenter: EventPresenter,
  ) {}

  page(actor: Actor, page: TimelinePage) {
    return this.#asMember(actor, page.roomId, async (db, isShown, room) => {
      const { shown, next } = await this.#read(db, page, isShown);
      const data = await this.presenter.presentEvents(db, { viewer: actor, rows: shown });
      const missing = await this.#missing(db, room, { ...page, end: next });
      return { data, meta: { has_more: next !== null, next_cursor: next === null ? null : String(next), missing } };
    });
  }

  /** The event between those before and those after it. One without a place yet stands at the end. @throws DomainError `SW_EVENT_NOT_FOUND` */
  around(actor: Actor, { roomId, eventId, limit }: { roomId: string; eventId: string; limit: number }) {
    return this.#asMember(actor, roomId, async (db, isShown, room) => {
      const middle = await this.events.findEvent(db, roomId, eventId);
      if (!middle || !isShown(middle)) throw new DomainError('SW_EVENT_NOT_FOUND');
      const from = middle.room_seq === null ? null : middle.room_seq + 1;
      const half = Math.ceil(limit / 2);
      const older = await this.#read(db, { roomId, limit: half, from, direction: 'back' }, isShown);
      const newer = from === null ? { shown: [], next: null } : await this.#read(db, { roomId, limit: half, from: from - 1, direction: 'forward' }, isShown);
      const data = await this.presenter.presentEvents(db, { viewer: actor, rows: [...newer.shown.toReversed(), ...older.shown] });
      const missing = await this.#missing(db, room, { from: newer.next, direction: 'back', end: older.next });
      const cursors = { next_cursor: older.next === null ? null : String(older.next), newer_cursor: newer.next === null ? null : String(newer.next) };
      return { data, meta: { has_more: older.next !== null, ...cursors, missing } };
    });
  }

  thread(actor: Actor, roomId: string, eventId: string) {
    return this.#asMember(actor, roomId, async (db, isShown) => {
      const rows = (await this.events.listThread(db, roomId, eventId)).filter(isShown);
      if (!rows.some((row) => row.id === eventId)) throw new DomainError('SW_EVENT_NOT_FOUND');
      return { data: await this.presenter.presentEvents(db, { viewer: actor, rows }) };
    });
  }

  /** What its author has just posted. */
  async posted(actor: Actor, row: EventRow) {
    const known = this.presenter.presentNew(row, actor);
    return known ? { data: known } : this.one(actor, row.room_id, row.id);
  }

  /** @throws DomainError `SW_EVENT_NOT_FOUND` */
  one(actor: Actor, roomId: string, eventId: string) {
    return this.#asMember(actor, roomId, async (db, isShown) => {
      const row = await this.events.findEvent(db, roomId, eventId);
      const [data] = row && isShown(row) ? await this.presenter.presentEvents(db, { viewer: actor, rows: [row] }) : [];
      if (!data) throw new DomainError('SW_EVENT_NOT_FOUND');
      return { data };
    });
  }

  /** One page, and the place from which the next one goes on; null at the end. */
  async #read(db: Db, page: TimelinePage, isShown: (row: EventRow) => boolean): Promise<{ shown: EventRow[]; next: number | null }> {
    const rows = await this.events.listTimeline(db, { ...page, limit: page.limit + 1 });
    const found = rows.slice(0, page.limit);
    const shown = found.filter(isShown);
    const last = found.findLast((row) => row.room_seq !== null)?.room_seq ?? null;
    const isAtBeginning = page.direction === 'back' && shown.length < found.length;
    return { shown, next: rows.length > page.limit && !isAtBeginning ? last : null };
  }

  /** Nothing yet for who is still joining. @throws DomainError `SW_ROOM_NOT_FOUND` for strangers and for those who have left */
  #asMember<Result>(actor: Actor, roomId: string, read: (db: Db, isShown: (row: EventRow) => boolean, room: RoomRow | null) => Promise<Result>): Promise<Result> {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const member = await this.members.findMember(db, roomId, actor.fqid);
      if (!member || (member.membership !== 'join' && !(await this.members.wasCutOff(db, { roomId, fqid: actor.fqid, own: actor.tenant.serverName })))) {
        const mine = await this.rooms.findMyRoom(db, { fqid: actor.fqid, roomId });
        if (mine?.membership !== 'joining') throw new DomainError('SW_ROOM_NOT_FOUND');
        return read(db, () => false, null);
      }
      const room = await this.rooms.findRoom(db, roomId);
      const hidesHistory = room?.hides_history === true;
      return read(db, (row) => row.hidden === null && (!hidesHistory || member.joined_at === null || row.created_at >= member.joined_at), room);
    });
  }

  /** Places of the page's stretch of the order that the room's host gave up to deliver here. `end`: the last place shown, if there is more. */
  async #missing(db: Db, room: RoomRow | null, page: { from: number | null; direction: 'back' | 'forward'; end: number | null }) {
    if (!room?.missing_count || room.lane_start_seq === null) return [];
    const isBack = page.direction === 'back';
    const [low, high] = isBack ? [page.end, page.from] : [page.from, page.end];
    return this.rooms.listMissing(db, room.id, { from: Math.max(room.lane_start_seq, (low ?? 0) + 1), to: Math.min(room.last_seq, (high ?? room.last_seq + 1) - 1) });
  }
}
