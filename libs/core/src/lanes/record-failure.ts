import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { PeerHealth, PeerStore, type PeerVerdict } from '../peers/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { decideBackoff } from './decide-backoff.js';
import type { PeerAnswer } from './read-peer-answer.js';

/** `sentAtMs`: when the request left; absent where none did. */
export type PeerTrouble = Exclude<PeerAnswer, { kind: 'delivered' }> & { sentAtMs?: number };

const RESOLUTION = 1_000_000;

/** A peer did not take a request: verdict, reason and the time of the next attempt go into its one row. */
@Injectable()
export class RecordFailure {
  constructor(
    private readonly db: Database,
    private readonly store: PeerStore,
    private readonly health: PeerHealth,
    private readonly options: DeliveryOptions,
    private readonly clock: Clock,
  ) {}

  async run(tenant: LocalTenant, serverName: ServerName, trouble: PeerTrouble): Promise<void> {
    const row = await this.db.readTenant(tenant.id, (db) => this.store.findPeer(db, serverName));
    const now = this.clock.now();
    const verdict = verdictOf(trouble);
    const { backoff_initial_ms: initialMs, backoff_max_ms: maxMs } = tenant.row.delivery;
    const retryAfterMs = trouble.kind === 'busy' ? trouble.retryAfterMs : null;
    const waitMs = decideBackoff({
      verdict,
      attempts: (row?.attempts ?? 0) + 1,
      probingForMs: row?.probing_since ? now - row.probing_since.getTime() : 0,
      retryAfterMs,
      initialMs: Math.max(this.options.backoffInitialMs, initialMs ?? 0),
      maxDownMs: Math.min(this.options.backoffMaxMs, maxMs ?? Infinity),
      maxRefusedMs: maxMs ?? 900_000,
      random: randomInt(RESOLUTION) / RESOLUTION,
    });
    await this.health.failed(tenant, {
      serverName, verdict, ...describeTrouble(trouble), at: new Date(now), nextAttemptAt: new Date(now + waitMs),
      sentAt: new Date(trouble.sentAtMs ?? now), askedToWaitUntil: retryAfterMs === null ? null : new Date(now + waitMs),
    });
  }
}

function verdictOf({ kind }: PeerTrouble): PeerVerdict {
  if (kind === 'busy') return 'busy';
  return kind === 'refused' ? 'refuses_us' : 'down';
}

/** As the peer's row and its admins have it. */
export function describeTrouble(trouble: PeerTrouble): { code: string; message: string } {
  if (trouble.kind === 'busy') return { code: trouble.code, message: 'It asks us to wait.' };
  if (trouble.kind === 'refused') return { code: trouble.code, message: `It refuses our requests (HTTP ${trouble.status}): ${trouble.message}` };
  return { code: 'SW_FED_PEER_UNREACHABLE', message: `${trouble.reason}: ${trouble.detail}` };
}
