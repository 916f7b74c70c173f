import { Person } from '@scaiwave/testing';
import type { Cluster } from './cluster.js';

const PART = 'federation.scaiwave.io/part';

interface Published {
  kid: string;
  state: string;
  secretName: string;
}

interface TenantObject {
  status?: {
    conditions: { type: string; status: string; reason: string; message: string }[];
    keys?: { active?: string; next?: string; retiring?: string[]; published: Published[]; nextRotationTime?: string; lastHandledRotateRequest?: string };
  };
}

interface SecretObject {
  metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  immutable?: boolean;
  data: Record<string, string>;
}

type Until = (what: string, isTrue: () => Promise<boolean> | boolean) => Promise<void>;

/** Tenants of their own namespaces in a cluster, and what can be seen of their keys in Kubernetes and in Postgres. */
export function tenantKeys(cluster: () => Cluster, until: Until) {
  async function apply(name: string, signing: object, more: object = {}): Promise<void> {
    await cluster().kubectl.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }, {
      apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace: name },
      spec: { serverName: `${name}.example`, auth: { oidc: { issuer: cluster().issuer.url, clientId: name } }, signing, ...more },
    });
  }
  const patch = (name: string, change: object): Promise<string> => cluster().kubectl.run(['patch', '-n', name, 'tenant', name, '--type=merge', '-p', JSON.stringify(change)]);
  const read = async <T>(path: string): Promise<T> => JSON.parse((await cluster().plane.get(path)).body) as T;
  const get = (name: string): Promise<TenantObject> => read(`/apis/federation.scaiwave.io/v1alpha1/namespaces/${name}/tenants/${name}`);
  const keysOf = async (name: string) => (await get(name)).status?.keys ?? { published: [] };
  const conditionOf = async (name: string) => (await get(name)).status?.conditions.find(({ type }) => type === 'KeysReady');
  const secretsOf = async (name: string, part = 'signing-key') => (await read<{ items: SecretObject[] }>(`/api/v1/namespaces/${name}/secrets?labelSelector=${PART}%3D${part}`)).items;
  const stateOf = async (name: string, kid: string) => (await keysOf(name)).published.find((key) => key.kid === kid)?.state;
  const hasEvent = async (name: string, reason: string) => (await read<{ items: { reason: string }[] }>(`/api/v1/namespaces/${name}/events`)).items.some((event) => event.reason === reason);
  const publishedIn = async (name: string, kid: string) => (await cluster().database.rows(`SELECT 1 FROM signing_keys k JOIN tenants t ON t.id = k.tenant_id WHERE t.server_name = $1 AND k.kid = $2`, [`${name}.example`, kid])).length === 1;
  const address = () => cluster().apiAddress();

  async function ready(name: string): Promise<string> {
    await cluster().wait(`tenant/${name}`, name, 'Ready', 120);
    return (await keysOf(name)).active ?? '';
  }

  async function activeOtherThan(name: string, kid: string): Promise<string> {
    let active: string | undefined;
    await until(`${name} has another active key`, async () => ![undefined, kid].includes((active = (await keysOf(name)).active)));
    return active ?? '';
  }

  async function person(localId: string, name: string, roles: string[] = []): Promise<Person> {
    const at = (await address()) ?? '';
    const somebody = new Person({
      localId, serverName: `${name}.example`, address: () => at,
      token: () => cluster().issuer.token({ sub: localId, preferred_username: localId, name: localId, roles, aud: name, now: cluster().now() }),
    });
    await until(`${name} answers`, async () => (await somebody.call('GET', '/v1/me')).status === 200);
    return somebody;
  }

  return { address, apply, patch, keysOf, conditionOf, secretsOf, stateOf, hasEvent, publishedIn, ready, activeOtherThan, person };
}
