import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { decideEphemeral, parseEphemeral, type Ephemeral, type ServerName } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import { RoomStore } from '../rooms/index.js';
import type { TenantContext } from '../tenants/index.js';

interface Ephemerals {
  tenant: TenantContext;
  carrier: ServerName;
  entries: readonly unknown[];
}

@Injectable()
export class EphemeralStores {
  constructor(
    readonly rooms: RoomStore,
    readonly members: MemberStore,
  ) {}
}

/** Who is typing: checked, then told to the clients of this server. Never stored; wrong ones are dropped silently. */
@Injectable()
export class TakeEphemerals {
  constructor(
    private readonly db: Database,
    private readonly stores: EphemeralStores,
    private readonly channel: RoomChannel,
    private readonly clock: Clock,
  ) {}

  async run(received: Ephemerals): Promise<void> {
    const typing = received.entries.map(parseEphemeral).filter((entry) => entry?.type === 'swp.typing');
    if (typing.length === 0) return;
    const taken = await this.db.readTenant(received.tenant.id, async (db) => {
      const found = [];
      for (const entry of typing) found.push(await this.takeTyping(db, { ...received, entry }));
      return found.filter((message) => message !== null);
    });
    for (const message of taken) await this.channel.publish(received.tenant.id, message);
  }

  private async takeTyping(db: Db, { tenant, carrier, entry }: Ephemerals & { entry: Extract<Ephemeral, { type: 'swp.typing' }> }) {
    const room = await this.stores.rooms.findRoom(db, entry.room_id);
    const member = room && (await this.stores.members.findMember(db, room.id, entry.fqid));
    const verdict = decideEphemeral(entry, {
      carrier,
      nowMs: this.clock.now(),
      roomHost: room?.host ?? null,
      receiver: tenant.serverName,
      isInRoom: member?.membership === 'join',
      sharesRoomOfCarrier: false,
    });
    if (!verdict.taken || !member) return null;
    return { kind: 'typing', roomId: entry.room_id, participantId: member.participant_id, typing: entry.typing };
  }
}
