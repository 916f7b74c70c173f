import { clientSecretFileName } from '@scaiwave/core/resources';
import { keyOf } from '../kube/kube-object.js';
import { LABELS, MANAGED_BY, SECRET, type Secret, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';

/** The label of that Secret. */
export const CLIENT_SECRETS = 'client-secrets';

/** The one Secret that the API mounts, with the client secret of every tenant that has one. Each tenant's entry is written by itself. */
export class PublishClientSecret {
  constructor(private readonly context: OperatorContext) {}

  /** @param secret null while what the tenant names cannot be read: what was read before stays, so that people can still log in */
  async run(tenant: Tenant, secret: string | null): Promise<void> {
    const isWanted = tenant.spec.auth.oidc.clientSecretRef !== undefined;
    if (!isWanted) return this.#write(tenant.spec.serverName, null);
    if (secret !== null) await this.#write(tenant.spec.serverName, Buffer.from(secret.trim(), 'utf8').toString('base64'));
  }

  async remove(tenant: Tenant): Promise<void> {
    await this.#write(tenant.spec.serverName, null);
  }

  /** Entries of tenants that are gone, however they went. */
  async removeOrphans(): Promise<void> {
    const { world, client } = this.context;
    const wanted = new Set(world.tenants.list().filter(({ spec }) => spec.auth.oidc.clientSecretRef !== undefined).map(({ spec }) => clientSecretFileName(spec.serverName)));
    const orphans = Object.keys(this.#present()?.data ?? {}).filter((file) => !wanted.has(file));
    if (orphans.length > 0) await client.merge(SECRET, this.#key, { data: Object.fromEntries(orphans.map((file) => [file, null])) });
  }

  async #write(serverName: string, value: string | null): Promise<void> {
    const file = clientSecretFileName(serverName);
    const present = this.#present();
    if ((present?.data?.[file] ?? null) === value) return;
    const wanted = this.#build(value === null ? {} : { [file]: value });
    if (present === null && (await this.context.client.create(SECRET, wanted)) !== null) return;
    // One entry only: others are written at the same time.
    await this.context.client.merge(SECRET, keyOf(wanted), { metadata: { labels: wanted.metadata.labels }, data: { [file]: value } });
  }

  #present(): Secret | null {
    return this.context.world.secrets.find(this.#key);
  }

  get #key(): string {
    return keyOf(this.#build({}));
  }

  #build(data: Record<string, string>): Secret {
    const { releaseName, releaseNamespace } = this.context.config;
    return {
      apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: 'Opaque', data,
      metadata: { name: `${releaseName}-oidc`, namespace: releaseNamespace, labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: CLIENT_SECRETS } },
    };
  }
}
