import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { serverOf, type Fqid, type RoomId, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import { PolicyStore } from '../policy/index.js';
import type { TenantContext } from '../tenants/index.js';
import { InvitationStore } from './invitation.store.js';

/** A limit on people of other servers in one room, and how many count against it now. `rule` is for our own admins. */
export interface Capacity {
  /** the tenant's limit, for everybody who is foreign; or what the provider allows one peer */
  rule: 'max_foreign_participants_per_room' | 'peer_max_foreign_participants_per_room';
  count: number;
  limit: number;
}

interface NewGuest {
  tenant: TenantContext;
  roomId: RoomId;
  invitee: Fqid;
}

/** Counts the people of other servers in a room against every limit that bears on it. */
@Injectable()
export class ForeignCapacity {
  constructor(
    private readonly members: MemberStore,
    private readonly invitations: InvitationStore,
    private readonly policy: PolicyStore,
    private readonly clock: Clock,
  ) {}

  /** Joined and invited people, the invitee left out; nothing bears on one of our own. */
  beforeInviting(db: Db, guest: NewGuest): Promise<Capacity[]> {
    return this.around(db, guest, async (where) => (await this.countJoined(db, where)) + (await this.invitations.countLive(db, { ...where, except: guest.invitee, now: this.clock.date() })));
  }

  /** Joined people only: whoever accepts first has the place. */
  async hasPlace(db: Db, guest: NewGuest): Promise<boolean> {
    const capacities = await this.around(db, guest, (where) => this.countJoined(db, where));
    return capacities.every(({ count, limit }) => count < limit);
  }

  /** A room elsewhere that one of ours is invited to, over every limit that it exceeds. Each server that it names has somebody there. */
  async exceededBy(db: Db, { tenant, room }: { tenant: TenantContext; room: { id: RoomId; host: ServerName; servers: readonly ServerName[] } }): Promise<Capacity[]> {
    const servers = [...new Set([room.host, ...room.servers])].filter((name) => name !== tenant.serverName);
    const joined = await this.countJoined(db, { roomId: room.id, server: tenant.serverName, elsewhere: true });
    const capacities: Capacity[] = [{ rule: 'max_foreign_participants_per_room', count: Math.max(joined, servers.length), limit: await this.limit(db) }];
    for (const [server, { max_foreign_participants_per_room: limit }] of await this.policy.listDeclared(db, servers)) {
      if (limit !== null) capacities.push({ rule: 'peer_max_foreign_participants_per_room', count: Math.max(1, await this.countJoined(db, { roomId: room.id, server })), limit });
    }
    return capacities.filter(({ count, limit }) => count > limit);
  }

  private async around(db: Db, { tenant, roomId, invitee }: NewGuest, count: (where: { roomId: RoomId; server: ServerName; elsewhere?: boolean }) => Promise<number>): Promise<Capacity[]> {
    const server = serverOf(invitee);
    if (server === tenant.serverName) return [];
    const capacities: Capacity[] = [{ rule: 'max_foreign_participants_per_room', count: await count({ roomId, server: tenant.serverName, elsewhere: true }), limit: await this.limit(db) }];
    const limit = (await this.policy.listDeclared(db, [server])).get(server)?.max_foreign_participants_per_room ?? null;
    if (limit !== null) capacities.push({ rule: 'peer_max_foreign_participants_per_room', count: await count({ roomId, server }), limit });
    return capacities;
  }

  private countJoined(db: Db, where: { roomId: RoomId; server: ServerName; elsewhere?: boolean }): Promise<number> {
    return this.members.countJoined(db, where);
  }

  private async limit(db: Db): Promise<number> {
    return (await this.policy.effective(db)).max_foreign_participants_per_room;
  }
}
