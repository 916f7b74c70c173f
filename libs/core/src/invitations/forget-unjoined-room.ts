import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { MemberStore } from '../members/member.store.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';

/** A foreign room that was known only because an acceptance was on its way is forgotten when that came to nothing. */
@Injectable()
export class ForgetUnjoinedRoom {
  constructor(
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
  ) {}

  /** Does nothing if anybody of ours ever was in the room. */
  async run(tx: Tx, { tenant, roomId }: { tenant: TenantContext; roomId: string }): Promise<void> {
    const room = await this.rooms.lockRoom(tx, roomId);
    if (!room || room.host === tenant.serverName || room.last_seq > 0) return;
    if (!(await this.members.hadMember(tx, roomId, tenant.serverName))) await this.rooms.deleteRoom(tx, roomId);
  }
}
