import type { KeyChange } from '@scaiwave/core/resources';
import { keyOf } from '../kube/kube-object.js';
import { SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { buildKeySecret, buildKeyState } from './key-secrets.js';
import type { StoredKeys } from './stored-keys.js';

/** Brings the Secrets of a tenant's keys to where the keys are. May be killed after any write: the next pass sees the rest. */
export class WriteKeys {
  constructor(private readonly context: OperatorContext) {}

  /** @throws KubeError, a conflict when somebody else was faster */
  async run(tenant: Tenant, changes: readonly KeyChange[], stored: StoredKeys): Promise<void> {
    for (const change of changes) await this.#write(tenant, change, stored.secrets.get(change.after.kid) ?? null);
    for (const secret of stored.leftovers) await this.#remove(secret);
  }

  async #write(tenant: Tenant, { before, after }: KeyChange, present: Secret | null): Promise<void> {
    const { client } = this.context;
    const isSameSecret = before !== null && present !== null && (before.seed === undefined) === (after.seed === undefined);
    if (isSameSecret) {
      await client.merge(SECRET, keyOf(present), { metadata: { resourceVersion: present.metadata.resourceVersion, ...buildKeyState(after) } });
      return;
    }
    const wanted = buildKeySecret(tenant, after);
    const isMade = (await client.create(SECRET, wanted)) !== null;
    if (!isMade && after.seed !== undefined) throw new Error(`There is a Secret ${keyOf(wanted)} already that is not ours; look at it and remove it.`);
    // The public part first: between the two nothing of the key is lost.
    if (present !== null) await this.#remove(present);
  }

  async #remove(secret: Secret): Promise<void> {
    await this.context.client.remove(SECRET, keyOf(secret), secret.metadata.uid);
  }
}
