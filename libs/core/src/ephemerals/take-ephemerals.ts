import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { decideEphemeral, parseEphemeral, type Ephemeral, type ServerName } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import { RoomStore } from '../rooms/room.store.js';
import type { TenantContext } from '../tenants/index.js';
import { EphemeralStore } from './ephemeral.store.js';
import { TellPeers } from './tell-peers.js';

interface Received {
  tenant: TenantContext;
  carrier: ServerName;
}

type Typing = Extract<Ephemeral, { type: 'swp.typing' }>;
type Presence = Extract<Ephemeral, { type: 'swp.presence' }>;

const MOST = 100;

@Injectable()
export class EphemeralStores {
  constructor(
    readonly rooms: RoomStore,
    readonly members: MemberStore,
    readonly signs: EphemeralStore,
  ) {}
}

/** Typing and presence from other servers: checked, told to the clients of this server, and handed on in rooms that we order. Wrong ones are dropped silently. */
@Injectable()
export class TakeEphemerals {
  constructor(
    private readonly db: Database,
    private readonly stores: EphemeralStores,
    private readonly channel: RoomChannel,
    private readonly tell: TellPeers,
    private readonly clock: Clock,
  ) {}

  async run({ entries, ...from }: Received & { entries: readonly unknown[] }): Promise<void> {
    for (const entry of entries.slice(0, MOST).map(parseEphemeral)) {
      if (entry?.type === 'swp.typing') await this.takeTyping(from, entry);
      if (entry?.type === 'swp.presence') await this.takePresence(from, entry);
    }
  }

  private async takeTyping({ tenant, carrier }: Received, entry: Typing): Promise<void> {
    const found = await this.db.readTenant(tenant.id, async (db) => {
      const [room, member] = await Promise.all([this.stores.rooms.findRoom(db, entry.room_id), this.stores.members.findMember(db, entry.room_id, entry.fqid)]);
      return { room, member };
    });
    const { room, member } = found;
    const facts = { ...this.factsOf(tenant, carrier), roomHost: room?.host ?? null, isInRoom: member?.membership === 'join', sharesRoomOfCarrier: false };
    if (!decideEphemeral(entry, facts).taken || !member) return;
    await this.channel.publish(tenant.id, { kind: 'typing', roomId: entry.room_id, participantId: member.participant_id, typing: entry.typing });
    if (room?.host === tenant.serverName) await this.tell.typing(tenant, { roomId: entry.room_id, fqid: entry.fqid, typing: entry.typing, ts: entry.ts, except: carrier });
  }

  private async takePresence({ tenant, carrier }: Received, entry: Presence): Promise<void> {
    const isHandedOn = await this.db.readTenant(tenant.id, (db) => this.isFromHost(db, { tenant, carrier }, entry));
    const verdict = decideEphemeral(entry, { ...this.factsOf(tenant, carrier), roomHost: null, isInRoom: false, sharesRoomOfCarrier: isHandedOn });
    if (!verdict.taken) return;
    const told = await this.db.forTenant(tenant.id, async (tx) => {
      const participantId = await this.stores.signs.markForeignPresence(tx, { fqid: entry.fqid, status: entry.status, at: new Date(entry.ts), isHearsay: verdict.hearsay });
      return participantId && { participantId, seenBy: await this.stores.signs.listWhoSee(tx, entry.fqid) };
    });
    if (!told) return;
    await this.channel.publish(tenant.id, { kind: 'presence', ...told, status: entry.status });
    if (!verdict.hearsay) await this.tell.presence(tenant, { fqid: entry.fqid, status: entry.status, ts: entry.ts, handedOnBy: carrier });
  }

  private isFromHost(db: Db, { tenant, carrier }: Received, { fqid }: Presence): Promise<boolean> {
    return this.stores.signs.sharesRoomOf(db, { host: carrier, fqid, own: tenant.serverName });
  }

  private factsOf(tenant: TenantContext, carrier: ServerName) {
    return { carrier, nowMs: this.clock.now(), receiver: tenant.serverName };
  }
}
