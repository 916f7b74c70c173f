import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decodeJws, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { ControlInboxStore, TakeHandedOn } from '../inbox/index.js';
import type { TenantContext } from '../tenants/index.js';
import { HistoryKeys } from './backfill/history-keys.js';
import { verifyRelayed } from './backfill/verify-relayed.js';
import { LaneWaits } from './lane-waits.js';

const SLICE = 100;

/** Answers to invitations that a host handed on while the answering server's key could not be had: verified as soon as it can. */
@Injectable()
export class VerifyHandedOn {
  private readonly waits = new LaneWaits();

  constructor(
    private readonly db: Database,
    private readonly store: ControlInboxStore,
    private readonly take: TakeHandedOn,
    private readonly keys: HistoryKeys,
    private readonly clock: Clock,
  ) {}

  async run(tenant: TenantContext, origin: ServerName): Promise<void> {
    const key = `${tenant.id} ${origin}`;
    if (this.waits.isHeld(key, this.clock.now())) return;
    const rows = await this.db.readTenant(tenant.id, (db) => this.store.listUnverified(db, origin, SLICE));
    const waiting = rows.map((row) => ({ row, event: decodeJws(row.jws) }));
    const keys = await this.keys.covering(tenant, origin, waiting.flatMap(({ event }) => (event.ok ? event : [])));
    if (!keys) return this.waits.hold(key, this.clock.now());
    this.waits.clear(key);
    for (const { row, event } of waiting) await this.take.run(tenant, row, { holds: event.ok && verifyRelayed(event, keys) === 'holds' });
  }
}
