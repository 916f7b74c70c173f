import { createHash } from 'node:crypto';
import { KeyringError, sealKeyBackup, type KeyEntry } from '@scaiwave/core/resources';
import sodium from 'libsodium-wrappers';
import { keyOf } from '../kube/kube-object.js';
import { LABELS, MANAGED_BY, SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';

const KEY_BACKUP = 'key-backup';

/** Keeps every private key also as a sealed box that only the holder of the recovery key opens. Boxes are made once and never removed here. */
export class BackUpKeys {
  constructor(private readonly context: OperatorContext) {}

  /** @returns a problem, or null */
  async run(tenant: Tenant, keys: readonly KeyEntry[]): Promise<string | null> {
    const recoveryKey = tenant.spec.signing?.backup?.recoveryPublicKey;
    if (recoveryKey === undefined) return null;
    await sodium.ready;
    try {
      for (const key of keys) if (key.seed !== undefined) await this.#ensure(tenant, key, recoveryKey);
      return null;
    } catch (error) {
      if (error instanceof KeyringError) return error.message;
      throw error;
    }
  }

  async #ensure(tenant: Tenant, key: KeyEntry, recoveryKey: string): Promise<void> {
    const { name, namespace = '' } = tenant.metadata;
    const secretName = `${name}-backup-${createHash('sha256').update(`${key.kid} ${recoveryKey}`).digest('hex').slice(0, 12)}`;
    if (this.context.world.secrets.find(`${namespace}/${secretName}`) !== null) return;
    const data = { server_name: tenant.spec.serverName, kid: key.kid, recovery_public_key: recoveryKey, sealed_box: sealKeyBackup(tenant.spec.serverName, key, recoveryKey) };
    const secret: Secret = {
      apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: 'Opaque', immutable: true,
      metadata: { name: secretName, namespace, labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: KEY_BACKUP, [LABELS.tenant]: name } },
      data: Object.fromEntries(Object.entries(data).map(([field, text]) => [field, Buffer.from(text, 'utf8').toString('base64')])),
    };
    if ((await this.context.client.create(SECRET, secret)) !== null) this.context.logger.info({ secret: keyOf(secret), kid: key.kid }, 'A key was backed up.');
  }
}
