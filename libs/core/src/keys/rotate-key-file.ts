import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseServerName, type TenantId } from '@scaiwave/protocol';
import type { Clock } from '@scaiwave/telemetry';
import sodium from 'libsodium-wrappers';
import type { TenantSpec } from '../tenants/resource-types.js';
import { generateCheckedKey } from './generate-checked-key.js';
import { sealKeyBackup } from './key-backup.js';
import type { KeyStanding } from './key-rotation.store.js';
import type { KeyEntry } from './keyring-file.js';
import { keyringFileName, readTenantKeys, writeTenantKeys, type KeyringPlace } from './keyring-folder.js';
import { rotateKeys, type Rotated } from './rotate-keys.js';
import { factsOfStanding, isRotationAsked, type RotationRecords } from './rotation-records.js';
import { buildRotationSettings } from './rotation-settings.js';

/** What a pass over one tenant's file found; `record` it once the tenant has a row. */
export interface KeyFileRotated {
  rotated: Rotated;
  standing: KeyStanding | null;
}

const BACKUPS = 'backups';

/** The whole life of a tenant's keys where they lie in a folder: one step per call, one file per tenant, written as a whole. */
export class RotateKeyFile {
  constructor(
    private readonly place: KeyringPlace,
    private readonly records: RotationRecords,
    private readonly clock: Clock,
  ) {}

  /** @throws KeyringError when the tenant's file cannot be read */
  async run({ spec, resource }: { spec: TenantSpec; resource: string }): Promise<KeyFileRotated> {
    const serverName = parseServerName(spec.serverName);
    const present = await readTenantKeys(this.place, serverName);
    const standing = await this.records.find({ resource, serverName });
    const rotated = rotateKeys({
      keys: present.keys, settings: buildRotationSettings(spec), ...factsOfStanding(standing, present.keys), revoked: spec.signing?.revokedKeyIDs ?? [], imported: null,
      isRequested: isRotationAsked(standing), isSuspended: spec.suspend === true, now: this.clock.date(), make: generateCheckedKey,
    });
    if (!isDeepStrictEqual(present.keys, rotated.keys)) await writeTenantKeys(this.place, { ...present, keys: rotated.keys });
    await this.#backUp(spec, rotated.keys);
    return { rotated, standing };
  }

  /** Tells the dashboard what came of it. */
  async record(tenantId: TenantId, { standing, rotated }: KeyFileRotated): Promise<void> {
    await this.records.write(tenantId, standing, rotated);
  }

  /** Resources whose tenants' admins wait for another key. */
  listRequested(): Promise<string[]> {
    return this.records.listRequested();
  }

  // Made once, beside the keys: a sealed box is no secret, but who copies the folder shall have both.
  async #backUp({ serverName, signing }: TenantSpec, keys: readonly KeyEntry[]): Promise<void> {
    const recoveryKey = signing?.backup?.recoveryPublicKey;
    if (recoveryKey === undefined) return;
    await sodium.ready;
    mkdirSync(join(this.place.dir, BACKUPS), { recursive: true, mode: 0o700 });
    for (const key of keys) {
      const id = createHash('sha256').update(`${key.kid} ${recoveryKey}`).digest('hex').slice(0, 12);
      const file = join(this.place.dir, BACKUPS, keyringFileName(serverName).replace('.json', `-${id}.json`));
      if (key.seed === undefined || existsSync(file)) continue;
      const backup = { server_name: serverName, kid: key.kid, recovery_public_key: recoveryKey, sealed_box: sealKeyBackup(serverName, key, recoveryKey) };
      writeFileSync(file, `${JSON.stringify(backup, null, 2)}\n`, { mode: 0o600 });
    }
  }
}
