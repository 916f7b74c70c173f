// The resources of a large cluster, and Secrets of others among them.
const GROUP = 'federation.scaiwave.io/v1alpha1';
const TENANTS_PER_NAMESPACE = 10;
const AT_ONCE = 16;
const FOREIGN = Buffer.from('x'.repeat(700)).toString('base64');

export class Crowd {
  constructor(plane, size) {
    this.plane = plane;
    this.size = size;
  }

  async fill() {
    const { tenants, peers, secrets } = this.size;
    const namespaces = Math.ceil(tenants / TENANTS_PER_NAMESPACE);
    await this.#make(namespaces + 1, (n) => ['/api/v1/namespaces', { metadata: { name: n === namespaces ? 'scaiwave' : namespaceOf(n * TENANTS_PER_NAMESPACE) } }]);
    await this.#make(secrets, (n) => [`/api/v1/namespaces/${namespaceOf((n % namespaces) * TENANTS_PER_NAMESPACE)}/secrets`, { metadata: { name: `foreign-${n}`, labels: { of: 'others' } }, data: { secret: FOREIGN } }]);
    await this.#make(tenants, (n) => tenantRequest(n));
    await this.#make(peers, (n) => peerRequest(n % tenants, Math.floor(n / tenants)));
  }

  /** Has every resource a status that says that it was looked at? */
  async isSynced() {
    const [tenants, peers] = await Promise.all([this.#list('tenants'), this.#list('peers')]);
    return tenants.every((tenant) => isTrue(tenant, 'PolicyProgrammed')) && peers.every((peer) => isTrue(peer, 'Accepted'));
  }

  /** Makes one more Tenant and waits until it is programmed. */
  async addOne() {
    const n = this.size.tenants;
    await this.#post('/api/v1/namespaces', { metadata: { name: namespaceOf(n) } });
    await this.#post(...tenantRequest(n));
    for (;;) {
      const { body } = await this.plane.get(`/apis/${GROUP}/namespaces/${namespaceOf(n)}/tenants/t${n}`);
      if (isTrue(JSON.parse(body), 'PolicyProgrammed')) return;
    }
  }

  async #list(plural) {
    const { body } = await this.plane.get(`/apis/${GROUP}/${plural}`);
    return JSON.parse(body).items;
  }

  async #make(count, request) {
    let next = 0;
    const work = async () => {
      while (next < count) await this.#post(...request(next++));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async #post(path, object) {
    const { status, body } = await this.plane.send('POST', path, object);
    if (status !== 201 && status !== 409) throw new Error(`${path}: ${status} ${body}`);
  }
}

const namespaceOf = (tenant) => `bench-${Math.floor(tenant / TENANTS_PER_NAMESPACE)}`;

function tenantRequest(n) {
  const spec = { serverName: `t${n}.example`, auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } }, peering: { mode: 'InviteOnly' } };
  return [`/apis/${GROUP}/namespaces/${namespaceOf(n)}/tenants`, { apiVersion: GROUP, kind: 'Tenant', metadata: { name: `t${n}` }, spec }];
}

function peerRequest(tenant, n) {
  return [`/apis/${GROUP}/namespaces/${namespaceOf(tenant)}/peers`, { apiVersion: GROUP, kind: 'Peer', metadata: { name: `t${tenant}-p${n}` }, spec: { tenantRef: { name: `t${tenant}` }, serverName: `p${n}.example` } }];
}

function isTrue(resource, type) {
  return resource.status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') === true;
}
