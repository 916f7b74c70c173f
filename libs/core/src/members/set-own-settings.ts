import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { EventStore } from '../events/event.store.js';
import { NotificationStore } from '../notifications/index.js';
import type { Actor } from '../participants/index.js';
import type { NotificationMode } from './member-row.js';
import { MemberStore } from './member.store.js';

export type OwnSetting = { mode: NotificationMode } | { mutedUntil: Date | null } | { readEventId: string };

/** A member's own settings in a room: what notifies them, mute, read marker. They stay at home. */
@Injectable()
export class SetOwnSettings {
  constructor(
    private readonly db: Database,
    private readonly members: MemberStore,
    private readonly events: EventStore,
    private readonly notifications: NotificationStore,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND`, `SW_EVENT_NOT_FOUND` */
  run(input: { actor: Actor; roomId: RoomId; setting: OwnSetting }): Promise<void> {
    const { actor, roomId, setting } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const member = await this.members.findMember(tx, roomId, actor.fqid);
      if (member?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      const who = { roomId, fqid: actor.fqid };
      if ('mode' in setting) return this.members.markNotificationMode(tx, { ...who, mode: setting.mode });
      if ('mutedUntil' in setting) return this.members.markMuted(tx, { ...who, until: setting.mutedUntil });
      const event = await this.events.findEvent(tx, roomId, setting.readEventId);
      if (!event) throw new DomainError('SW_EVENT_NOT_FOUND');
      await this.members.markRead(tx, { ...who, eventId: event.id, at: event.created_at });
      await this.notifications.markRoomRead(tx, { participantId: actor.participantId, roomId, until: event.created_at, at: this.clock.date() });
    });
  }
}
