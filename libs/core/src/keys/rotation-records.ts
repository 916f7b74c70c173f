import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { WORKER_SILENT_MS } from './acknowledge-keys.js';
import { KeyRotationStore, type KeyRotationRow, type KeyStanding } from './key-rotation.store.js';
import type { KeyEntry } from './keyring-file.js';
import type { Rotated, RotationFacts } from './rotate-keys.js';

/** What Postgres knows of a tenant's keys, as facts of a rotation. Nothing is published or loaded as long as Postgres does not say so. */
export function factsOfStanding(standing: KeyStanding | null, keys: readonly KeyEntry[]): Pick<RotationFacts, 'published' | 'loaded' | 'lost'> {
  const rows = standing?.keys ?? [];
  const [first, ...others] = standing?.workers ?? [];
  const loaded = (first?.loaded_kids ?? []).filter((kid) => others.every(({ loaded_kids: kids }) => kids.includes(kid)));
  const lost = rows.filter(({ kid }) => !keys.some((key) => key.kid === kid)).map((row): KeyEntry => ({
    kid: row.kid as KeyEntry['kid'], public_key: row.public_key.toString('base64url'), state: row.state as KeyEntry['state'], valid_from: row.valid_from.toISOString(),
    ...(row.valid_until !== null && { valid_until: row.valid_until.toISOString() }),
  }));
  return { published: new Map(rows.map(({ kid, created_at: at }) => [kid, at])), loaded: new Set(loaded), lost };
}

/** Has an admin asked for another key, and nobody seen to it yet? */
export function isRotationAsked(standing: KeyStanding | null): boolean {
  return standing?.rotation?.requested_at != null && standing.rotation.handled_at === null;
}

/** What whoever rotates keys (the operator, `scaiwave up`) reads from Postgres and writes there for the dashboard. */
@Injectable()
export class RotationRecords {
  constructor(
    private readonly db: Database,
    private readonly store: KeyRotationStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Null before the tenant has a row. @throws when Postgres does not answer */
  async find(tenant: { resource: string; serverName: string }): Promise<KeyStanding | null> {
    const aliveSince = new Date(this.clock.now() - WORKER_SILENT_MS);
    return this.db.acrossTenants('how far the keys of a tenant are', (fleet) => this.store.findStanding(fleet, { ...tenant, aliveSince }));
  }

  /** `namespace/name` of the resources whose tenants' admins wait for another key. */
  async listRequested(): Promise<string[]> {
    return (await this.db.acrossTenants('wishes for another key', (fleet) => this.store.listRequested(fleet))).map(({ resource }) => resource);
  }

  /** Writes only what is new: what became of the keys into the audit log, when the next one signs, and that a wish was seen to. */
  async write(tenantId: TenantId, standing: KeyStanding | null, rotated: Rotated): Promise<void> {
    const { keys, news, nextRotationAt, waitsFor } = rotated;
    const isSeenTo = isRotationAsked(standing) && keys.some(({ state }) => state === 'active');
    const isSame = isSameOutlook(standing?.rotation ?? null, rotated);
    if (news.length === 0 && isSame && !isSeenTo) return;
    await this.db.forTenant(tenantId, async (tx) => {
      for (const { kid, became, state } of news) await this.audit.write(tx, { actor: 'system', action: `key.${became}`, subject: kid, details: { state } });
      if (!isSame) await this.store.upsertOutlook(tx, { nextRotationAt, waitsFor });
      if (isSeenTo) await this.#seeTo(tx, standing?.rotation?.requested_at ?? this.clock.date(), keys);
    });
  }

  async #seeTo(tx: Tx, requestedAt: Date, keys: readonly KeyEntry[]): Promise<void> {
    const next = keys.find(({ state }) => state === 'next') ?? keys.find(({ state }) => state === 'active');
    if (await this.store.markHandled(tx, { requestedAt, at: this.clock.date() })) {
      await this.audit.write(tx, { actor: 'system', action: 'key.rotation_begun', subject: next?.kid ?? '', details: { requested_at: requestedAt.toISOString() } });
    }
  }
}

function isSameOutlook(told: KeyRotationRow | null, { nextRotationAt, waitsFor }: Rotated): boolean {
  return (told?.waits_for ?? null) === waitsFor && (told?.next_rotation_at?.getTime() ?? null) === (nextRotationAt?.getTime() ?? null);
}
