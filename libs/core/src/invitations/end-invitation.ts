import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { serverOf, type Fqid, type ServerName } from '@scaiwave/protocol';
import { Audit } from '../audit/index.js';
import type { TenantContext } from '../tenants/index.js';
import { DropUnansweredDm } from './drop-unanswered-dm.js';
import { InvitationNews } from './invitation-news.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';
import { InviteMessages, type SignedAnswer } from './invite-messages.js';

export type EndState = 'accepted' | 'declined' | 'revoked' | 'expired' | 'failed';

export interface InvitationEnding {
  tenant: TenantContext;
  row: InvitationRow;
  state: EndState;
  /** why it failed */
  code?: string;
  /** the server that said so */
  by?: ServerName;
  /** the person who did it, if anybody */
  actor?: Fqid;
  /** the answer as the invitee's server signed it */
  said?: SignedAnswer;
  /** a newer invitation takes its place: the invitee's server sees that by itself */
  isReplaced?: boolean;
  /** the invitee is told by the answer to their acceptance */
  isAnswered?: boolean;
  /** another DM of the same two people stays instead: nobody is told, the room goes */
  mustGo?: boolean;
  /** the room outlives it, a DM too */
  keepsRoom?: boolean;
}

/** Ends an invitation, whoever ended it: the row, the servers that must know, our people, the audit log. */
@Injectable()
export class EndInvitation {
  constructor(
    private readonly store: InvitationStore,
    private readonly messages: InviteMessages,
    private readonly news: InvitationNews,
    private readonly dropDm: DropUnansweredDm,
    private readonly audit: Audit,
  ) {}

  async run(tx: Tx, ending: InvitationEnding): Promise<InvitationRow> {
    const { tenant, state, code, by } = ending;
    const row: InvitationRow = { ...ending.row, state, error_code: code ?? null, error_by: by ?? null };
    await this.store.markEnded(tx, row.id, { state, code, by });
    if (row.host === tenant.serverName) await this.tellServers(tx, ending);
    await this.tellPeople(tx, ending, row);
    if (state !== 'accepted' && ending.isReplaced !== true && ending.keepsRoom !== true) await this.dropDm.run(tx, { tenant, row, mustGo: ending.mustGo });
    await this.audit.write(tx, {
      actor: ending.actor ?? by ?? tenant.serverName,
      action: `invitation.${ending.isReplaced === true ? 'replaced' : state}`,
      subject: row.invitee,
      details: { invite_id: row.id, room_id: row.room_id, host: row.host, inviter: row.inviter, code, by },
    });
    return row;
  }

  private tellPeople(tx: Tx, { tenant, actor, isReplaced, mustGo, isAnswered }: InvitationEnding, row: InvitationRow): Promise<void> {
    if (isReplaced === true || mustGo === true) return this.news.markSeen(tx, row);
    return this.news.ended(tx, { tenant, row, actor: isAnswered === true ? row.invitee : actor });
  }

  /** Only the host says how an invitation ended: to the invitee's server, and to the one that asked for it. */
  private async tellServers(tx: Tx, ending: InvitationEnding): Promise<void> {
    const { tenant, row, state, code, by, actor: sender } = ending;
    const inviteeServer = serverOf(row.invitee);
    const about = { tenant, row };
    const isNews = (state === 'revoked' || state === 'expired') && ending.isReplaced !== true && ending.isAnswered !== true;
    if (isNews && inviteeServer !== tenant.serverName) await this.messages.sendEnd(tx, about, { to: inviteeServer, state, code, by, sender });
    // Where the asking server is the invitee's too, it knows already, unless that server refused the invitation.
    if (row.asked_by === null || (row.asked_by === inviteeServer && state !== 'failed')) return;
    const to = row.asked_by;
    if (state !== 'accepted' && state !== 'declined') return this.messages.sendEnd(tx, about, { to, state, code, by, sender });
    if (ending.said) await this.messages.handOn(tx, about, { to, said: ending.said });
    else await this.messages.sendOwnAnswer(tx, about, { to, accepts: state === 'accepted' });
  }
}
