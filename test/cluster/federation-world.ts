import type { Cluster } from './cluster.js';

const GROUP = '/apis/federation.scaiwave.io/v1alpha1';
const SECRETS = '/api/v1/secrets';

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
}

export interface KubeResource {
  metadata: { name: string; namespace: string; uid: string; resourceVersion: string; labels?: Record<string, string>; managedFields?: object[] };
  data?: Record<string, string>;
  status?: { conditions?: Condition[]; keys?: { active?: string; published: { kid: string; state: string; secretName: string }[] } };
}

export function buildTenant(name: string, spec: object = {}): object {
  return {
    apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name, namespace: name },
    spec: { serverName: `${name}.example`, auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } }, ...spec },
  };
}

export function buildPeer(namespace: string, name: string, spec: object = {}): object {
  return { apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Peer', metadata: { name, namespace }, spec: { tenantRef: { name: namespace }, serverName: `${name}.example`, ...spec } };
}

export const namespaceOf = (name: string): object => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

/** Looks at a cluster as its admin, by plain requests: cheaper than a kubectl for each look. Each tenant lives in a namespace of its name. */
export class FederationWorld {
  constructor(private readonly cluster: Cluster) {}

  async list(path: string, selector = ''): Promise<KubeResource[]> {
    const { body } = await this.cluster.plane.get(`${path}?labelSelector=${encodeURIComponent(selector)}`);
    return body === '' ? [] : ((JSON.parse(body) as { items?: KubeResource[] }).items ?? []);
  }

  async find(path: string): Promise<KubeResource | null> {
    const { status, body } = await this.cluster.plane.get(path);
    return status === 200 ? (JSON.parse(body) as KubeResource) : null;
  }

  tenant(name: string): Promise<KubeResource | null> {
    return this.find(`${GROUP}/namespaces/${name}/tenants/${name}`);
  }

  peer(namespace: string, name: string): Promise<KubeResource | null> {
    return this.find(`${GROUP}/namespaces/${namespace}/peers/${name}`);
  }

  async condition(tenant: string, type: string): Promise<Condition | undefined> {
    return (await this.tenant(tenant))?.status?.conditions?.find((condition) => condition.type === type);
  }

  keySecrets(tenant: string): Promise<KubeResource[]> {
    return this.list(`/api/v1/namespaces/${tenant}/secrets`, `federation.scaiwave.io/part=signing-key,federation.scaiwave.io/tenant=${tenant}`);
  }

  async activeKids(tenant: string): Promise<string[]> {
    const active = (await this.keySecrets(tenant)).filter(({ metadata }) => metadata.labels?.['federation.scaiwave.io/key-state'] === 'active');
    return active.map(({ data }) => decode(data?.kid));
  }

  /** The kids of a tenant that sign, as its workers would find them in the shared keyring. */
  async keyringKids(tenant: string): Promise<string[]> {
    const shards = await this.list(SECRETS, 'federation.scaiwave.io/part=keyring');
    const files = shards.flatMap(({ data = {} }) => Object.entries(data)).filter(([file]) => file === `${tenant}.example.json`);
    return files.flatMap(([, file]) => (JSON.parse(decode(file)) as { keys: { kid: string; state: string }[] }).keys).filter(({ state }) => state === 'active').map(({ kid }) => kid);
  }

  async hasIngress(tenant: string): Promise<boolean> {
    return (await this.list('/apis/networking.k8s.io/v1/namespaces/scaiwave/ingresses', `federation.scaiwave.io/tenant=${tenant}`)).length > 0;
  }

  async declared(tenant: string): Promise<string[]> {
    const rows = await this.cluster.database.rows<{ server_name: string }>(
      `SELECT p.server_name FROM peers p JOIN tenants t ON t.id = p.tenant_id WHERE t.resource = $1 AND p.declaration IS NOT NULL ORDER BY 1`, [`${tenant}/${tenant}`]);
    return rows.map((row) => row.server_name);
  }

  async stateOf(tenant: string): Promise<string | null> {
    return (await this.cluster.database.rows<{ state: string }>(`SELECT state FROM tenants WHERE resource = $1`, [`${tenant}/${tenant}`]))[0]?.state ?? null;
  }

  /** Null when a tenant is all that it should be, else what is missing. Workers and deliveries do not count. */
  async missingOf(name: string, state: 'active' | 'suspended' = 'active'): Promise<string | null> {
    const tenant = await this.tenant(name);
    const active = await this.activeKids(name);
    if (active.length !== 1) return `one active key: there are ${active.length}`;
    const programmed = tenant?.status?.conditions?.find(({ type }) => type === 'PolicyProgrammed');
    const isThere: Record<string, boolean> = {
      'the active key in the status': tenant?.status?.keys?.active === active[0],
      [`the row's state ${state}`]: (await this.stateOf(name)) === state,
      'the way in': await this.hasIngress(name),
      'the active key in the keyring': String(await this.keyringKids(name)) === String(active),
      [`PolicyProgrammed: ${programmed?.reason}`]: programmed?.status === 'True',
    };
    return Object.keys(isThere).find((what) => isThere[what] === false) ?? null;
  }
}

const decode = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString('utf8');
