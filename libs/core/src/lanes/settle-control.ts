import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { InvitationOutcome } from '../invitations/index.js';
import type { TenantContext } from '../tenants/index.js';
import { ControlEventStore, type ControlEventRow } from './control-event.store.js';
import { ControlLane } from './control-lane.js';

export interface ControlSettlement {
  tenant: TenantContext;
  event: ControlEventRow;
  outcome: 'stored' | 'refused' | 'failed';
  code: string | null;
}

/** A control event is over: its row, what follows from it, and then whoever waits for it. */
@Injectable()
export class SettleControl {
  constructor(
    private readonly store: ControlEventStore,
    private readonly invitations: InvitationOutcome,
    private readonly lane: ControlLane,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, { tenant, event, outcome, code }: ControlSettlement): Promise<void> {
    const isFirst = await this.store.markSettled(tx, { serverName: event.server_name, id: event.id, state: outcome, code, at: this.clock.date() });
    if (!isFirst) return;
    await this.invitations.controlSettled(tx, { tenant, controlEvent: event, outcome, code });
    tx.afterCommit(() => this.lane.announce(event.id));
  }
}
