import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, isErrorCode, serverOf } from '@scaiwave/protocol';
import { Signals } from '@scaiwave/redis';
import { ControlLane } from '../lanes/control-lane.js';
import type { TenantContext } from '../tenants/index.js';
import { isCallWaiting, isLive, type InvitationRow } from './invitation-row.js';
import { invitationSignal } from './invitation-signal.js';
import { InvitationStore } from './invitation.store.js';
import { InviteTimings } from './invite-timings.js';
import type { StartedInvitation } from './start-invitation.js';

type Answer = { kind: 'answered' | 'refused'; row: InvitationRow } | { kind: 'gone' };

/** Waits for what the other server says of a new invitation. The truth is in Postgres; a signal only hurries the look. */
@Injectable()
export class InviteVerdict {
  constructor(
    private readonly db: Database,
    private readonly lane: ControlLane,
    private readonly signals: Signals,
    private readonly store: InvitationStore,
    private readonly timings: InviteTimings,
  ) {}

  /**
   * @param input.startedAt when the call began, by `performance.now()`
   * @throws DomainError the refusal, with `details.by`
   */
  async run(input: { tenant: TenantContext; started: StartedInvitation; startedAt: number }): Promise<{ outcome: 'pending' | 'sending'; invitation: InvitationRow }> {
    const { tenant, started, startedAt } = input;
    const leftMs = () => Math.max(0, startedAt + this.timings.callMs - performance.now());
    const verdict = await this.lane.awaitVerdict(tenant.id, started.controlId, leftMs());
    const { host, invitee } = started.row;
    const hasSecondHop = host !== tenant.serverName && host !== serverOf(invitee);
    if (verdict.state === 'stored' && hasSecondHop) await this.untilOver(tenant, started.row.id, Math.min(this.timings.secondHopMs, leftMs()));
    const answer = await this.db.forTenant(tenant.id, async (tx): Promise<Answer> => {
      const row = await this.store.lockInvitation(tx, started.row.id);
      if (!row) return { kind: 'gone' };
      if (row.error_code !== null) {
        await this.store.deleteInvitation(tx, row.id);
        return { kind: 'refused', row };
      }
      await this.store.markAnswered(tx, row.id);
      return { kind: 'answered', row };
    });
    if (answer.kind === 'gone') throw new DomainError('SW_FED_INVITE_INVALID', { by: 'us' });
    if (answer.kind === 'refused') throw refusalOf(answer.row, tenant);
    return { outcome: answer.row.state === 'sending' ? 'sending' : 'pending', invitation: answer.row };
  }

  private async untilOver(tenant: TenantContext, id: string, timeoutMs: number): Promise<void> {
    const check = async () => {
      const row = await this.db.readTenant(tenant.id, (db) => this.store.findInvitation(db, id));
      return row && isLive(row) && row.direction === 'out' && isCallWaiting(row) ? null : true;
    };
    await this.signals.until({ name: invitationSignal(id), timeoutMs, check });
  }
}

/** Why an invitation came to nothing, as a call's answer. A peer may say a code of a later version; ours then is only the kind of it. */
export function refusalOf({ state, error_code, error_by, host }: InvitationRow, tenant: TenantContext): DomainError {
  const by = error_by ?? host;
  const code = error_code ?? (state === 'expired' ? 'SW_FED_INVITE_EXPIRED' : 'SW_FED_INVITE_INVALID');
  const details = { by: by === tenant.serverName ? 'us' : by };
  return isErrorCode(code) ? new DomainError(code, details) : new DomainError('SW_FED_FORBIDDEN', { ...details, code });
}
