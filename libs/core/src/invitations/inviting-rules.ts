import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { serverOf, type Fqid, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import { PeeringRules, PolicyStore } from '../policy/index.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import type { RoomRow } from '../rooms/room-row.js';
import type { TenantContext } from '../tenants/index.js';
import { decideInviting, type InvitingFacts, type InvitingVerdict } from './decide-inviting.js';
import { InvitationStore } from './invitation.store.js';

export interface Inviting {
  tenant: TenantContext;
  room: RoomRow;
  inviter: Fqid;
  invitee: Fqid;
  /** a person at another server asks us, the host */
  isAskedFor?: boolean;
}

/** Gathers what the own-side rules of inviting need to know, and asks them. */
@Injectable()
export class InvitingRules {
  constructor(
    private readonly members: MemberStore,
    private readonly invitations: InvitationStore,
    private readonly policy: PolicyStore,
    private readonly peering: PeeringRules,
    private readonly clock: Clock,
  ) {}

  async decide(db: Db, inviting: Inviting): Promise<InvitingVerdict> {
    const { tenant, room, inviter, invitee } = inviting;
    const count = { roomId: room.id, server: tenant.serverName, elsewhere: true };
    const invited = { roomId: room.id, ownServer: tenant.serverName, except: invitee, now: this.clock.date() };
    return decideInviting({
      room,
      ownServer: tenant.serverName,
      inviteeServer: serverOf(invitee),
      isAskedFor: inviting.isAskedFor ?? false,
      isDmPartner: room.dm_key === dmKeyOf(inviter, invitee),
      peerings: await this.peeringsOf(db, inviting),
      membership: (await this.members.findMember(db, room.id, invitee))?.membership ?? null,
      foreignCount: (await this.members.countJoined(db, count)) + (await this.invitations.countLiveForeign(db, invited)),
      foreignLimit: await this.foreignLimit(db),
    });
  }

  /** The server that gets our request, and the invitee's where our own policy is asked about third ones. */
  private async peeringsOf(db: Db, { tenant, room, invitee }: Inviting): Promise<InvitingFacts['peerings']> {
    const inviteeServer = serverOf(invitee);
    const verdicts = [];
    if (room.host !== tenant.serverName) verdicts.push(await this.peering.decide(db, tenant, { serverName: room.host, purpose: 'peer' }));
    if (inviteeServer !== tenant.serverName && inviteeServer !== room.host) {
      verdicts.push(await this.peering.decide(db, tenant, { serverName: inviteeServer, purpose: room.host === tenant.serverName ? 'peer' : 'third_party' }));
    }
    return verdicts;
  }

  /** May one more person of another server join now? Counted again at accept, over joined people only. */
  async hasRoomForOneMore(db: Db, { tenant, room }: Pick<Inviting, 'tenant' | 'room'>): Promise<boolean> {
    const joined = await this.members.countJoined(db, { roomId: room.id, server: tenant.serverName, elsewhere: true });
    return joined < (await this.foreignLimit(db));
  }

  async foreignLimit(db: Db): Promise<number> {
    return (await this.policy.effective(db)).max_foreign_participants_per_room;
  }

  /** With third_party_servers `accepted`, every server in the room must be one that policy accepts. */
  async isAnyUnaccepted(db: Db, tenant: TenantContext, servers: readonly ServerName[]): Promise<boolean> {
    if ((await this.policy.effective(db)).third_party_servers === 'any') return false;
    for (const server of servers) {
      if (!(await this.peering.decide(db, tenant, { serverName: server, purpose: 'third_party' })).allowed) return true;
    }
    return false;
  }
}
