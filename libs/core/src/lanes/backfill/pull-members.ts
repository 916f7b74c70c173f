import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { membersResponseSchema, serverOf, type ErrorCode, type MemberEntry, type MembersResponse, type RoomId, type ServerName } from '@scaiwave/protocol';
import { RoomLog } from '../../events/index.js';
import { MemberStore } from '../../members/member.store.js';
import { EnsureParticipant } from '../../participants/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { AskPeer } from '../answers/ask-peer.js';
import { HistoryStore } from './history.store.js';

export type PulledMembers = { ok: true; members: MemberEntry[] } | { ok: false; code: ErrorCode; by: string };

@Injectable()
export class PullMembersPeople {
  constructor(
    readonly ensure: EnsureParticipant,
    readonly members: MemberStore,
  ) {}
}

/** Asks a room's host who is in it, so that members and their names are there before the history is. */
@Injectable()
export class PullMembers {
  constructor(
    private readonly db: Database,
    private readonly ask: AskPeer,
    private readonly log: RoomLog,
    private readonly people: PullMembersPeople,
    private readonly history: HistoryStore,
  ) {}

  async run(tenant: TenantContext, room: { roomId: RoomId; host: ServerName }): Promise<PulledMembers> {
    const read = await this.ask.run(tenant, room.host, { endpoint: 'members', values: { room_id: room.roomId }, maxBytes: 8 * 1024 * 1024 });
    if (!read.ok) return read;
    const parsed = membersResponseSchema.safeParse(read.json);
    if (!parsed.success) return { ok: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' };
    await this.db.forTenant(tenant.id, (tx) => this.store(tx, tenant, { ...room, answer: parsed.data }));
    return { ok: true, members: parsed.data.data };
  }

  /** The log is the truth: somebody of whom it has told us something newer than this list stays as the log says. Our own people always do. */
  private async store(tx: Tx, tenant: TenantContext, { roomId, host, answer }: { roomId: RoomId; host: ServerName; answer: MembersResponse }): Promise<void> {
    const room = await this.log.lockRoom(tx, tenant, roomId);
    if (room?.row.host !== host || room.isHost) return;
    const newer = new Set(await this.history.listChangedMembers(tx, roomId, answer.meta.room_seq));
    for (const { fqid, membership, power_level: powerLevel, joined_at: joinedAt, participant } of answer.data) {
      if (serverOf(fqid) === tenant.serverName) continue;
      const name = participant.fqid === fqid ? participant.display_name : undefined;
      const person = await this.people.ensure.run(tx, tenant, { fqid, displayName: name, by: host });
      if (!person || newer.has(fqid)) continue;
      await this.people.members.upsertMember(tx, {
        room_id: roomId, fqid, participant_id: person.id, server_name: serverOf(fqid), membership, power_level: powerLevel, changed_by: null,
        changed_at: new Date(joinedAt ?? room.row.created_at.getTime()),
      });
    }
  }
}
