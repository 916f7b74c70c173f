import { Injectable } from '@nestjs/common';
import { EventStore, MemberStore, RoomStore, type Actor, type EventRow, type RoomRow } from '@scaiwave/core';
import { Database, type Db } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { EventPresenter } from './event.presenter.js';

interface Page {
  roomId: string;
  limit: number;
  from: number | null;
  direction: 'back' | 'forward';
}

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

  page(actor: Actor, page: Page) {
    return this.#asMember(actor, page.roomId, (db, isShown, room) => this.#page(db, { actor, page, isShown, room }));
  }

  /** A message in the middle of its page. @throws DomainError `SW_EVENT_NOT_FOUND` */
  around(actor: Actor, { roomId, eventId, limit }: { roomId: string; eventId: string; limit: number }) {
    return this.#asMember(actor, roomId, async (db, isShown, room) => {
      const row = await this.events.findEvent(db, roomId, eventId);
      if (!row || !isShown(row)) throw new DomainError('SW_EVENT_NOT_FOUND');
      const from = row.room_seq === null ? null : row.room_seq + Math.floor(limit / 2) + 1;
      return this.#page(db, { actor, page: { roomId, limit, from, direction: 'back' }, isShown, room });
    });
  }

  async #page(db: Db, { actor, page, isShown, room }: { actor: Actor; page: Page; isShown: (row: EventRow) => boolean; room: RoomRow | null }) {
    const rows = await this.events.listTimeline(db, { ...page, limit: page.limit + 1 });
    const found = rows.slice(0, page.limit);
    const shown = found.filter(isShown);
    const last = found.findLast((row) => row.room_seq !== null)?.room_seq;
    const isAtBeginning = page.direction === 'back' && shown.length < found.length;
    const hasMore = rows.length > page.limit && last !== undefined && last !== null && !isAtBeginning;
    const data = await this.presenter.presentEvents(db, { viewer: actor, rows: shown });
    const missing = await this.#missing(db, room, { ...page, end: hasMore ? last : null });
    return { data, meta: { has_more: hasMore, next_cursor: hasMore ? String(last) : null, missing } };
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
