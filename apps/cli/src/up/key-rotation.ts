import { Audit, AuditStore, KeyRotationStore, RotateKeyFile, RotationRecords, type KeyFileRotated, type KeyNews, type KeyringPlace } from '@scaiwave/core';
import type { Database } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import type { Clock } from '@scaiwave/telemetry';
import type { TenantResource } from '../resources/check-documents.js';

const SENTENCES: Readonly<Record<KeyNews['became'], string>> = {
  made: 'is made; it is published and signs later', adopted: 'is adopted', active: 'signs from now on', retiring: 'signs no more and stays valid for its overlap',
  retired: 'is retired; its private part is deleted', revoked: 'is revoked', lost: 'is gone from the keyring folder; it is listed as retired and never comes back',
};

/** The life of the keys of every tenant of one machine: with each pass over the resources, and by the clock in between. */
export class KeyRotation {
  private readonly rotate: RotateKeyFile;
  private readonly dueAt = new Map<string, number>();

  constructor(
    db: Database,
    private readonly clock: Clock,
    place: KeyringPlace,
  ) {
    this.rotate = new RotateKeyFile(place, new RotationRecords(db, new KeyRotationStore(), new Audit(clock, new AuditStore()), clock), clock);
  }

  /** @throws KeyringError when the tenant's file cannot be read */
  async run({ spec, key }: TenantResource): Promise<{ found: KeyFileRotated; sentences: string[] }> {
    const found = await this.rotate.run({ spec, resource: key });
    const { lookAgainAt, news } = found.rotated;
    if (lookAgainAt === null) this.dueAt.delete(key);
    else this.dueAt.set(key, lookAgainAt.getTime());
    return { found, sentences: news.map(({ kid, became, state }) => describe(spec.serverName, { kid, became, state })) };
  }

  async record(tenantId: TenantId, found: KeyFileRotated): Promise<void> {
    await this.rotate.record(tenantId, found);
  }

  /** `namespace/name` of those that have something to do: their time has come, or their admin has asked. */
  async listDue(): Promise<string[]> {
    const now = this.clock.now();
    const due = [...this.dueAt].filter(([, at]) => at <= now).map(([key]) => key);
    return [...new Set([...due, ...(await this.rotate.listRequested())])];
  }
}

function describe(serverName: string, { kid, became, state }: KeyNews): string {
  if (became === 'made' && state === 'active') return `${serverName} has its first signing key, ${kid}`;
  return `${serverName}: the key ${kid} ${SENTENCES[became]}`;
}
