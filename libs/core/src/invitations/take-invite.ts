import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { InviteContent } from '@scaiwave/protocol';
import { Audit } from '../audit/index.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import type { RoomType } from '../rooms/room-row.js';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import { InvitationNews } from './invitation-news.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteMessages } from './invite-messages.js';

interface Taken {
  tenant: TenantContext;
  content: InviteContent;
  /** milliseconds, by the host's clock */
  originTs: number;
  /** the row of a request of ours that this invitation answers */
  known: InvitationRow | null;
}

/** Stores an invitation for one of our people, in place of an older one, and shows it to them. */
@Injectable()
export class TakeInvite {
  constructor(
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
    private readonly messages: InviteMessages,
    private readonly news: InvitationNews,
    private readonly audit: Audit,
  ) {}

  async run(tx: Tx, taken: Taken): Promise<void> {
    const { tenant, content, known } = taken;
    const row = buildRow(taken);
    // A DM that one of ours opens at this moment is either seen here or sees this invitation.
    if (row.room.room_type === 'dm') await this.store.lockPair(tx, dmKeyOf(row.inviter, row.invitee));
    for (const older of await this.store.lockLive(tx, { roomId: row.room_id, invitee: row.invitee })) {
      if (older.id !== row.id && older.direction === 'in') await this.end.run(tx, { tenant, row: older, state: 'revoked', isReplaced: true });
    }
    if (known) await this.store.markArrived(tx, row.id, row.expires_at);
    else await this.store.insertInvitation(tx, row);
    await this.audit.write(tx, {
      actor: content.inviter.fqid,
      action: 'invitation.received',
      subject: row.invitee,
      details: { invite_id: row.id, room_id: row.room_id, host: row.host },
    });
    if (await this.isOutrankedDm(tx, { tenant, row })) await this.declineByMachine(tx, { tenant, row });
    else await this.news.arrived(tx, row);
  }

  /** Two DMs of the same two people, opened at the same time: while both are pending, the lower room_id stays. */
  private async isOutrankedDm(tx: Tx, { tenant, row }: { tenant: TenantContext; row: InvitationRow }): Promise<boolean> {
    if (row.room.room_type !== 'dm') return false;
    const ours = await this.store.listLiveDms(tx, { inviter: row.invitee, invitee: row.inviter });
    return ours.some((other) => other.host === tenant.serverName && other.room_id < row.room_id);
  }

  private async declineByMachine(tx: Tx, { tenant, row }: { tenant: TenantContext; row: InvitationRow }): Promise<void> {
    await this.messages.sendAnswer(tx, { tenant, row }, { accepts: false });
    await this.end.run(tx, { tenant, row, state: 'declined', by: tenant.serverName, mustGo: true });
  }
}

function buildRow({ tenant, content, originTs, known }: Taken): InvitationRow {
  const { room, inviter } = content;
  const at = new Date(originTs);
  return {
    tenant_id: tenant.id,
    id: content.invite_id,
    room_id: room.id,
    direction: 'in',
    host: room.host,
    inviter: inviter.fqid,
    inviter_name: known?.inviter_name ?? inviter.display_name,
    invitee: content.invitee,
    asked_by: null,
    state: 'pending',
    error_code: null,
    error_by: null,
    room: { id: room.id, name: room.name ?? null, topic: room.topic ?? null, room_type: room.room_type as RoomType, host: room.host, servers: room.servers },
    created_at: at,
    expires_at: new Date(content.expires_at),
    updated_at: at,
  };
}
