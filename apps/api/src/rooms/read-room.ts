import { Injectable } from '@nestjs/common';
import { MemberStore, ParticipantStore, RoomStore, SnoozeStore, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { presentMembers } from '../members/member.presenter.js';
import { RoomPresenter } from './room.presenter.js';

@Injectable()
export class RoomStateStores {
  constructor(
    readonly members: MemberStore,
    readonly participants: ParticipantStore,
    readonly snoozes: SnoozeStore,
  ) {}
}

/** What members read of their rooms. */
@Injectable()
export class ReadRoom {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly stores: RoomStateStores,
    private readonly presenter: RoomPresenter,
  ) {}

  list(actor: Actor, { limit, offset }: { limit: number; offset: number }) {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const rows = await this.rooms.listMyRooms(db, actor.fqid);
      return { data: await this.presenter.presentRooms(db, { viewer: actor, rows: rows.slice(offset, offset + limit) }), meta: { total: rows.length } };
    });
  }

  /** @throws DomainError `SW_ROOM_NOT_FOUND` for strangers */
  one(actor: Actor, roomId: string) {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const row = await this.rooms.findMyRoom(db, { fqid: actor.fqid, roomId });
      if (!row) throw new DomainError('SW_ROOM_NOT_FOUND');
      return { data: await this.presenter.presentRoom(db, { viewer: actor, row }) };
    });
  }

  state(actor: Actor, roomId: string) {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const row = await this.rooms.findMyRoom(db, { fqid: actor.fqid, roomId });
      if (!row) throw new DomainError('SW_ROOM_NOT_FOUND');
      const room = await this.presenter.presentRoom(db, { viewer: actor, row });
      const members = await this.stores.members.listMembers(db, roomId);
      const people = await this.stores.participants.listByIds(db, members.map((member) => member.participant_id));
      const snoozed = await this.stores.snoozes.listEventIds(db, { participantId: actor.participantId, roomId });
      return {
        data: {
          room, members: presentMembers(members, people), unread_count: row.unread_count, last_read_event_id: row.last_read_event_id, muted_until: room.my.muted_until, snoozed_event_ids: snoozed,
          active_call: null,
        },
      };
    });
  }

  listPublic(actor: Actor, search: { q: string; limit: number; offset: number }) {
    return this.db.readTenant(actor.tenant.id, async (db) => ({
      data: (await this.rooms.listPublicRooms(db, search)).map((row) => ({ id: row.id, name: row.name, topic: row.topic, room_type: row.room_type, is_public: row.is_public })),
    }));
  }
}
