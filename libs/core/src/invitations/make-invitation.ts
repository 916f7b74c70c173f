import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { LIMITS, serverOf, type Fqid, type InviteId, type ServerName } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { MemberStore } from '../members/member.store.js';
import type { RoomRow } from '../rooms/room-row.js';
import type { TenantContext } from '../tenants/index.js';
import { EndInvitation } from './end-invitation.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';

export interface NewInvitation {
  tenant: TenantContext;
  room: RoomRow;
  inviter: { fqid: Fqid; displayName: string };
  invitee: Fqid;
  /** given when another server's member asked for it, with that server */
  asked?: { id: InviteId; by: ServerName };
}

/** Writes a new invitation of ours, in place of an older live one of the same person to the same room. */
@Injectable()
export class MakeInvitation {
  constructor(
    private readonly store: InvitationStore,
    private readonly members: MemberStore,
    private readonly end: EndInvitation,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The row as stored: `pending` if the invitee is ours and so is the room, else `sending`. The caller sends it. */
  async run(tx: Tx, input: NewInvitation): Promise<InvitationRow> {
    const { tenant, room, invitee } = input;
    await this.replace(tx, input);
    const row = this.buildRow(input, await this.members.listServers(tx, room.id));
    await this.store.insertInvitation(tx, row);
    await this.audit.write(tx, {
      actor: input.inviter.fqid,
      action: 'invitation.made',
      subject: invitee,
      details: { invite_id: row.id, room_id: room.id, host: room.host, asked_by: row.asked_by ?? undefined, for: tenant.serverName },
    });
    return row;
  }

  private async replace(tx: Tx, { tenant, room, invitee }: NewInvitation): Promise<void> {
    for (const older of await this.store.lockLive(tx, { roomId: room.id, invitee })) {
      await this.end.run(tx, { tenant, row: older, state: 'revoked', isReplaced: true });
    }
  }

  private buildRow({ tenant, room, inviter, invitee, asked }: NewInvitation, joinedServers: ServerName[]): InvitationRow {
    const at = this.clock.date();
    const isLocal = room.host === tenant.serverName && serverOf(invitee) === tenant.serverName;
    return {
      tenant_id: tenant.id,
      id: asked?.id ?? (newId(this.clock) as InviteId),
      room_id: room.id,
      direction: isLocal ? 'in' : 'out',
      host: room.host,
      inviter: inviter.fqid,
      inviter_name: inviter.displayName,
      invitee,
      asked_by: asked?.by ?? null,
      state: isLocal ? 'pending' : 'sending',
      error_code: null,
      error_by: null,
      room: { id: room.id, name: room.name, topic: room.topic, room_type: room.room_type, host: room.host, servers: [...new Set([room.host, ...joinedServers])] },
      created_at: at,
      expires_at: new Date(at.getTime() + LIMITS.inviteLifetimeMs),
      updated_at: at,
    };
  }
}
