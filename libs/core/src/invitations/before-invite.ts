import { Injectable } from '@nestjs/common';
import { serverOf, type Fqid, type RoomId } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { Actor } from '../participants/index.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import type { RoomRow } from '../rooms/room-row.js';
import { InviteCheck, type InviteCall } from './invite-check.js';
import { ReachPeer } from './reach-peer.js';

/** All that an invite call does before it writes anything: this side's rules, then whether the other server can be had at all. */
@Injectable()
export class BeforeInvite {
  constructor(
    private readonly check: InviteCheck,
    private readonly reach: ReachPeer,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError see InviteCheck and ReachPeer */
  async room(call: InviteCall): Promise<{ invitee: Fqid }> {
    const { room, invitee } = await this.check.before(call);
    const { tenant } = call.actor;
    await this.reach.run(tenant, room.host === tenant.serverName ? serverOf(invitee) : room.host);
    return { invitee };
  }

  /** The same for a DM that does not exist yet. */
  async newDm({ actor, invitee }: { actor: Actor; invitee: Fqid }): Promise<void> {
    const room = { id: newId(this.clock) as RoomId, host: actor.tenant.serverName, room_type: 'dm', scope_kind: null, state: 'open', federation_enabled: true, dm_key: dmKeyOf(actor.fqid, invitee) };
    await this.check.beforeRoomExists({ actor, room: room as RoomRow, invitee });
    await this.reach.run(actor.tenant, serverOf(invitee));
  }
}
