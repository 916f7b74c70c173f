import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { serverOf, type Fqid, type ServerName } from '@scaiwave/protocol';
import { MemberStore } from '../members/member.store.js';
import { PeeringRules, PolicyStore } from '../policy/index.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import type { RoomRow } from '../rooms/room-row.js';
import type { TenantContext } from '../tenants/index.js';
import { decideInviting, type InvitingFacts, type InvitingVerdict } from './decide-inviting.js';
import { ForeignCapacity } from './foreign-capacity.js';
import type { InvitedRoom } from './invitation-row.js';

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
    private readonly capacity: ForeignCapacity,
    private readonly policy: PolicyStore,
    private readonly peering: PeeringRules,
  ) {}

  async decide(db: Db, inviting: Inviting): Promise<InvitingVerdict> {
    const { tenant, room, inviter, invitee } = inviting;
    return decideInviting({
      room,
      ownServer: tenant.serverName,
      inviteeServer: serverOf(invitee),
      isAskedFor: inviting.isAskedFor ?? false,
      isDmPartner: room.dm_key === dmKeyOf(inviter, invitee),
      peerings: await this.peeringsOf(db, inviting),
      membership: (await this.members.findMember(db, room.id, invitee))?.membership ?? null,
      capacities: await this.capacity.beforeInviting(db, { tenant, roomId: room.id, invitee }),
    });
  }

  /** Policy may have changed since an invitation came: may one of ours still accept it? */
  async decideAccepting(db: Db, { tenant, room }: { tenant: TenantContext; room: InvitedRoom }): Promise<InvitingVerdict> {
    const verdict = await this.peering.decide(db, tenant, { serverName: room.host, purpose: 'peer' });
    if (!verdict.allowed) return { allowed: false, code: verdict.code, rule: verdict.rule };
    if (await this.isAnyUnaccepted(db, tenant, room.servers)) return { allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'third_party_servers' };
    const [exceeded] = await this.capacity.exceededBy(db, { tenant, room });
    return exceeded ? { allowed: false, code: 'SW_ROOM_CAPACITY', rule: exceeded.rule } : { allowed: true };
  }

  /** The server that asks us, the one that gets our request, and the invitee's where our own policy is asked about third ones. */
  private async peeringsOf(db: Db, { tenant, room, inviter, invitee, isAskedFor }: Inviting): Promise<InvitingFacts['peerings']> {
    const inviteeServer = serverOf(invitee);
    const verdicts: Array<InvitingFacts['peerings'][number]> = [];
    if (isAskedFor === true && (await this.isInvitingForbidden(db, [serverOf(inviter)]))) verdicts.push({ allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'peer_allow_invites' });
    const asked = room.host === tenant.serverName ? inviteeServer : room.host;
    verdicts.push(...(await this.removalBy(db, asked)));
    if (room.host !== tenant.serverName) verdicts.push(await this.peering.decide(db, tenant, { serverName: room.host, purpose: 'peer' }));
    if (inviteeServer !== tenant.serverName && inviteeServer !== room.host) {
      verdicts.push(await this.peering.decide(db, tenant, { serverName: inviteeServer, purpose: room.host === tenant.serverName ? 'peer' : 'third_party' }));
    }
    return verdicts;
  }

  /** Who has removed us takes no invitation and no request for one, until it comes back. */
  private async removalBy(db: Db, server: ServerName): Promise<InvitingFacts['peerings']> {
    const hasRemovedUs = (await this.policy.standingOf(db, server)) === 'removed_by_them';
    return hasRemovedUs ? [{ allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'removed_by_them', by: server }] : [];
  }

  /** Does our provider let any of these servers not invite? Rooms that are shared go on. */
  async isInvitingForbidden(db: Db, servers: readonly ServerName[]): Promise<boolean> {
    return [...(await this.policy.listDeclared(db, servers)).values()].some((declared) => !declared.allow_invites);
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
