import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { DeliveryQueue } from '@scaiwave/redis';
import { Audit } from '../audit/index.js';
import type { Actor } from '../participants/index.js';
import { RoomStore } from './room.store.js';

/** What an admin decides about one room's federation: whether it may have foreign members, and fetching its history again. */
@Injectable()
export class SetRoomFederation {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly audit: Audit,
    private readonly deliveries: DeliveryQueue,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND`; `SW_ROOM_FORBIDDEN` for a room of another host; `SW_ROOM_TYPE_INVARIANT` */
  run(input: { actor: Actor; roomId: RoomId; enabled: boolean }): Promise<void> {
    const { actor, roomId, enabled } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const room = await this.rooms.findRoom(tx, roomId);
      if (!room) throw new DomainError('SW_ROOM_NOT_FOUND');
      if (room.host !== actor.tenant.serverName) throw new DomainError('SW_ROOM_FORBIDDEN');
      if (enabled && (room.scope_kind !== null || room.room_type === 'incognito' || room.room_type === 'bridge')) throw new DomainError('SW_ROOM_TYPE_INVARIANT');
      await this.rooms.markFederationEnabled(tx, roomId, enabled);
      await this.audit.write(tx, { actor: actor.fqid, action: enabled ? 'room.federation_allowed' : 'room.federation_forbidden', subject: roomId });
    });
  }

  /** @throws DomainError `SW_ROOM_NOT_FOUND` for rooms that this server hosts or does not know */
  wantBackfill(input: { actor: Actor; roomId: RoomId }): Promise<void> {
    const { actor, roomId } = input;
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const room = await this.rooms.findRoom(tx, roomId);
      if (!room || room.host === actor.tenant.serverName) throw new DomainError('SW_ROOM_NOT_FOUND');
      await this.rooms.markBackfill(tx, roomId, 'holes_wanted');
      await this.audit.write(tx, { actor: actor.fqid, action: 'room.backfill_wanted', subject: roomId });
      tx.afterCommit(() => this.deliveries.wakePeer(tx.tenantId, room.host));
    });
  }
}
