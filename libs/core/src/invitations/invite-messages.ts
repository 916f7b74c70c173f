import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { decodeJws, EVENT_TYPES, serverOf, type Fqid, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { ControlLane } from '../lanes/control-lane.js';
import { PeerStore } from '../peers/index.js';
import type { TenantContext } from '../tenants/index.js';
import type { InvitationRow } from './invitation-row.js';

interface About {
  tenant: TenantContext;
  row: InvitationRow;
}

/** An answer as the invitee's server signed it. */
export interface SignedAnswer {
  jws: string;
  contentText: string;
}

/** What servers say to each other about an invitation: every `.invite*` event that this server makes, queued on a control lane. */
@Injectable()
export class InviteMessages {
  constructor(
    private readonly lane: ControlLane,
    private readonly peers: PeerStore,
    private readonly clock: Clock,
  ) {}

  /** Host → invitee's server. Returns the control event's id. */
  async sendInvite(tx: Tx, { tenant, row }: About): Promise<string> {
    const content = {
      invite_id: row.id,
      room: row.room,
      inviter: { fqid: row.inviter, display_name: row.inviter_name },
      invitee: row.invitee,
      expires_at: row.expires_at.getTime(),
    };
    const sender = ownOrAbsent(tenant, row.inviter);
    const to = serverOf(row.invitee);
    await this.hurry(tx, to);
    // expires_at is origin_ts + 7 days exactly, so both come from the row.
    const sent = await this.lane.queue(tx, { tenant, to, type: EVENT_TYPES.invite, roomId: row.room_id, sender, content, originTs: row.created_at.getTime() });
    return sent.id;
  }

  /** A member's server → the room's host. Returns the control event's id. */
  async sendRequest(tx: Tx, { tenant, row }: About): Promise<string> {
    const content = { invite_id: row.id, invitee: row.invitee };
    await this.hurry(tx, row.host);
    const sent = await this.lane.queue(tx, { tenant, to: row.host, type: EVENT_TYPES.inviteRequest, roomId: row.room_id, sender: row.inviter, content });
    return sent.id;
  }

  /** Host → the server that asked: the invitee's server has it, so that nobody need wait for a refusal any more. */
  async sendDelivered(tx: Tx, { tenant, row }: About, to: ServerName): Promise<void> {
    await this.lane.queue(tx, { tenant, to, type: EVENT_TYPES.inviteDelivered, roomId: row.room_id, content: { invite_id: row.id } });
  }

  /** Invitee's server → host. `displayName` goes along so that the host need not ask for it before it adds the member. */
  async sendAnswer(tx: Tx, { tenant, row }: About, answer: { accepts: boolean; sender?: Fqid; displayName?: string }): Promise<void> {
    const type = answer.accepts ? EVENT_TYPES.inviteAccepted : EVENT_TYPES.inviteDeclined;
    if (answer.accepts) await this.hurry(tx, row.host);
    const content = { invite_id: row.id, ...(answer.displayName !== undefined && { display_name: answer.displayName }) };
    await this.lane.queue(tx, { tenant, to: row.host, type, roomId: row.room_id, sender: answer.sender, content });
  }

  /** Host → the invitee's server, or the server that asked for the invitation: that it is over, and why. */
  async sendEnd(tx: Tx, { tenant, row }: About, end: { to: ServerName; state: 'revoked' | 'expired' | 'failed'; code?: string; by?: ServerName; sender?: Fqid }): Promise<void> {
    const isExpired = end.state === 'expired';
    const type = isExpired ? EVENT_TYPES.inviteExpired : EVENT_TYPES.inviteRevoked;
    const why = end.code === undefined || isExpired ? {} : { code: end.code, ...(end.by !== undefined && { by: end.by }) };
    const content = { invite_id: row.id, ...why };
    const sender = end.sender !== undefined && !isExpired ? ownOrAbsent(tenant, end.sender) : undefined;
    await this.lane.queue(tx, { tenant, to: end.to, type, roomId: row.room_id, sender, content });
  }

  /** Host → the server that asked: the invitee's own word, in the bytes that their server signed. */
  async handOn(tx: Tx, { tenant }: About, answer: { to: ServerName; said: SignedAnswer }): Promise<void> {
    const decoded = decodeJws(answer.said.jws);
    if (!decoded.ok) throw new Error('an answer that was verified cannot be read');
    const { payload, payloadText } = decoded;
    await this.lane.relay(tx, { tenant, to: answer.to, payload, payloadText, contentText: answer.said.contentText, jws: answer.said.jws });
  }

  /** Host → the server that asked: the answer of one of the host's own people. */
  async sendOwnAnswer(tx: Tx, { tenant, row }: About, answer: { to: ServerName; accepts: boolean }): Promise<void> {
    const type = answer.accepts ? EVENT_TYPES.inviteAccepted : EVENT_TYPES.inviteDeclined;
    await this.lane.queue(tx, { tenant, to: answer.to, type, roomId: row.room_id, sender: row.invitee, content: { invite_id: row.id } });
  }

  /** Somebody waits for the answer, so a peer in back-off is tried now; one that asked us to wait is not. */
  private async hurry(tx: Tx, serverName: ServerName): Promise<void> {
    const peer = await this.peers.findPeer(tx, serverName);
    if (peer && peer.verdict !== null && peer.verdict !== 'busy') await this.peers.markDueNow(tx, serverName, this.clock.date());
  }
}

/** The acting person if they are at this server: a server speaks for its own people only. */
function ownOrAbsent(tenant: TenantContext, fqid: Fqid): Fqid | undefined {
  return serverOf(fqid) === tenant.serverName ? fqid : undefined;
}
