import {
  buildRotationSettings, factsOfStanding, generateCheckedKey, isLiveKey, isRotationAsked, orderKeyChanges, rotateKeys,
  type KeyEntry, type KeyStanding, type Rotated, type RotationRecords,
} from '@scaiwave/core/resources';
import type { TenantId } from '@scaiwave/protocol';
import type { Finding } from '../kube/conditions.js';
import { keyOf } from '../kube/kube-object.js';
import type { KeySchedule } from '../key-schedule.js';
import { ANNOTATIONS, LABELS, MANAGED, SECRET, type KeyStatus, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { BackUpKeys } from './back-up-keys.js';
import { buildKeyStatus } from './build-key-status.js';
import { isPublished, judgeKeys } from './judge-keys.js';
import { KEY_REASONS } from './key-reasons.js';
import { readImport, type ImportedKey } from './read-import.js';
import { collectKeys, type StoredKeys } from './stored-keys.js';
import { WriteKeys } from './write-keys.js';

export interface KeysFound {
  finding: Finding;
  status: KeyStatus | null;
  rotated: Rotated;
  standing: KeyStanding | null;
  /** whether a worker has published the key that signs; null when there is none, or the tenant is suspended */
  isPublished: boolean | null;
}

/** What a pass over a tenant's keys goes by, beside its Secrets. */
interface Circumstances {
  standing: KeyStanding | null;
  imported: ImportedKey;
  /** the annotation that asks for another key, as it is remembered in the status; null when there is none that is new */
  request: string | null;
  now: Date;
}

/** Nobody is called when a Secret that is not ours appears, or when a worker publishes a key. */
const LOOK_AGAIN_MS = 5_000;
const MAX_REQUEST = 64;
const NEWS = {
  made: KEY_REASONS.generated, adopted: KEY_REASONS.adopted, active: KEY_REASONS.promoted, retiring: KEY_REASONS.retiring, retired: KEY_REASONS.retired, revoked: KEY_REASONS.revoked,
} as const;

/**
 * The whole life of a tenant's keys. Its Secrets are the truth: whatever is in them sound counts, nothing else. What is decided from the
 * watch is decided again from the apiserver before anything is written: a watch that is late must not make a second key.
 *
 *   Secrets + what workers tell (Postgres) ─→ rotateKeys (pure) ─→ Secrets, one write per key ─→ backups ─→ status, dates
 */
export class EnsureKeys {
  readonly #write: WriteKeys;
  readonly #backUp: BackUpKeys;

  constructor(
    private readonly context: OperatorContext,
    private readonly records: RotationRecords,
    private readonly schedule: KeySchedule,
  ) {
    this.#write = new WriteKeys(context);
    this.#backUp = new BackUpKeys(context);
  }

  async run(tenant: Tenant): Promise<KeysFound> {
    const circumstances = await this.#look(tenant);
    let stored = collectKeys(tenant, this.context.world.secrets.listBy('tenant', keyOf(tenant)));
    let rotated = rotate(tenant, stored, circumstances);
    if (hasWork(stored, rotated)) {
      stored = collectKeys(tenant, await this.#listSecrets(tenant));
      rotated = rotate(tenant, stored, circumstances);
      await this.#warn(tenant, stored, rotated);
      await this.#write.run(tenant, orderKeyChanges(stored.entries, rotated.keys), stored);
      await this.#tell(tenant, rotated);
    }
    const backupProblem = await this.#backUp.run(tenant, rotated.keys);
    const active = rotated.keys.find(({ state }) => state === 'active')?.kid ?? null;
    const finding = judgeKeys(tenant, { missing: listMissing(tenant, stored), tampered: stored.problems, active, ...circumstances, backupProblem });
    this.#plan(tenant, rotated, finding);
    const { standing, request } = circumstances;
    return {
      finding, rotated, standing,
      isPublished: active === null || tenant.spec.suspend === true ? null : isPublished(active, standing),
      status: buildKeyStatus(tenant, rotated, active === null ? null : request),
    };
  }

  /** Tells Postgres what came of it, once the tenant has a row. @throws when Postgres does not answer */
  async record(tenantId: TenantId, { standing, rotated }: KeysFound): Promise<void> {
    await this.records.write(tenantId, standing, rotated);
  }

  forget(tenant: string): void {
    this.schedule.forget(tenant, this.context.metrics);
  }

  async #look(tenant: Tenant): Promise<Circumstances> {
    const { clock, client } = this.context;
    const request = tenant.metadata.annotations?.[ANNOTATIONS.rotateRequestedAt]?.slice(0, MAX_REQUEST);
    const isNew = request !== undefined && request !== '' && request !== tenant.status?.keys?.lastHandledRotateRequest;
    return { standing: await this.#findStanding(tenant), imported: await readImport(client, tenant), request: isNew ? request : null, now: clock.date() };
  }

  // Without Postgres nothing is promoted, but a tenant without a key still gets one.
  async #findStanding(tenant: Tenant): Promise<KeyStanding | null> {
    try {
      return await this.records.find({ resource: keyOf(tenant), serverName: tenant.spec.serverName });
    } catch (err) {
      this.context.logger.warn({ err, tenant: keyOf(tenant) }, 'What workers tell of the keys could not be read; no key is promoted meanwhile.');
      return null;
    }
  }

  #listSecrets({ metadata }: Tenant): Promise<Secret[]> {
    return this.context.client.list<Secret>(SECRET, metadata.namespace ?? '', `${MANAGED},${LABELS.tenant}=${metadata.name}`);
  }

  async #warn(tenant: Tenant, stored: StoredKeys, { news }: Rotated): Promise<void> {
    const missing = listMissing(tenant, stored);
    const isReplaced = news.some(({ became, state }) => became === 'lost' || (became === 'made' && state === 'active'));
    if (!isReplaced || stored.problems.length + missing.length === 0) return;
    const what = [...stored.problems, ...missing.map(({ secretName }) => `the Secret ${secretName} is gone`)].join('; ');
    await this.context.events.record(tenant, {
      type: 'Warning', reason: stored.problems.length > 0 ? KEY_REASONS.tampered : KEY_REASONS.missing,
      message: `The key is taken out of use and never comes back, because ${what}. Peers that pin a lost key stop until they know the new one.`,
    });
  }

  async #tell(tenant: Tenant, { news, keys }: Rotated): Promise<void> {
    for (const { kid, became } of news) {
      if (became === 'lost') continue;
      const until = keys.find((key) => key.kid === kid)?.valid_until;
      await this.context.events.record(tenant, { type: became === 'revoked' ? 'Warning' : 'Normal', reason: NEWS[became], message: `The signing key ${kid} is ${became === 'made' ? 'new' : became}${until === undefined ? '' : `, valid until ${until}`}.` });
    }
  }

  #plan(tenant: Tenant, { keys, lookAgainAt, nextRotationAt }: Rotated, { reason }: Finding): void {
    const active = keys.find(({ state }) => state === 'active');
    const isWaiting = reason === KEY_REASONS.waitingForImport || reason === KEY_REASONS.importInvalid || reason === KEY_REASONS.missing;
    const looks = [lookAgainAt, isWaiting ? new Date(this.context.clock.now() + LOOK_AGAIN_MS) : null].filter((at) => at !== null);
    this.schedule.set(keyOf(tenant), {
      lookAgainAt: looks.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null, nextRotationAt, signsSince: active === undefined ? null : new Date(active.valid_from),
    });
  }
}

function rotate(tenant: Tenant, { entries }: StoredKeys, { standing, imported, request, now }: Circumstances): Rotated {
  const isAdoptedBefore = imported !== null && tenant.status?.keys?.published?.some(({ kid }) => kid === imported.key?.kid) === true;
  return rotateKeys({
    keys: entries, settings: buildRotationSettings(tenant.spec), ...factsOfStanding(standing, entries), revoked: tenant.spec.signing?.revokedKeyIDs ?? [],
    imported: imported === null || isAdoptedBefore ? null : (imported.key ?? 'awaited'),
    isRequested: request !== null || isRotationAsked(standing), isSuspended: tenant.spec.suspend === true, now, make: generateCheckedKey,
  });
}

function hasWork(stored: StoredKeys, { keys }: Rotated): boolean {
  return stored.leftovers.length > 0 || orderKeyChanges(stored.entries, keys).length > 0;
}

/** Keys that the status knows as in use and that are in no Secret. */
function listMissing(tenant: Tenant, { entries }: StoredKeys): { secretName: string }[] {
  const published = tenant.status?.keys?.published ?? [];
  return published.filter(({ kid, state }) => isLiveKey({ state: state.toLowerCase() as KeyEntry['state'] }) && !entries.some((key) => key.kid === kid));
}
