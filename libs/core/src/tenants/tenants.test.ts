import type { Database } from '@scaiwave/database';
import { ManualClock } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { Audit } from '../audit/audit.js';
import { AuditStore } from '../audit/audit.store.js';
import { ApplyPeers } from './apply-peers.js';
import { ApplyTenant } from './apply-tenant.js';
import { parseDurationMs } from './build-tenant-settings.js';
import { DeclarationStore } from './declaration.store.js';
import { DeleteTenant } from './delete-tenant.js';
import { FindTenantByHost } from './find-tenant-by-host.js';
import { nameOfResource } from './name-pool.js';
import type { PeerSpec, TenantSpec } from './resource-types.js';
import { SuspendUndeclaredTenants } from './suspend-undeclared-tenants.js';
import { TenantStore } from './tenant.store.js';

const acme: TenantSpec = { serverName: 'acme.localhost', auth: { oidc: { issuer: 'http://localhost:1', clientId: 'acme' } } };
const RESOURCE = 'default/acme';

describe('tenants from resources', () => {
  let database: TestDatabase;
  let db: Database;
  let clock: ManualClock;
  let apply: ApplyTenant;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = database.open();
    clock = new ManualClock();
    apply = new ApplyTenant(db, new TenantStore(), clock);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
  });

  async function created(spec: TenantSpec = acme, resource = RESOURCE) {
    const result = await apply.run({ spec, resource });
    if (result.outcome !== 'created') throw new Error(`unexpected: ${result.outcome}`);
    return result.tenant;
  }
  const rowVersions = (table: string) => database.rows<{ xmin: string }>(`SELECT xmin::text, * FROM ${table} ORDER BY server_name`);

  it('makes a row with defaults, and leaves free what the provider does not state', async () => {
    const tenant = await created();
    expect(await database.rows('SELECT * FROM tenants')).toEqual([expect.objectContaining({
      id: tenant.id, server_name: 'acme.localhost', display_name: 'acme.localhost', state: 'active', admin_roles: ['admin'], provider_policy: {}, pool: 'shared',
      delivery: { timeout_ms: 30_000, max_in_flight_per_peer: 8, give_up_after_ms: 86_400_000, backoff_initial_ms: 1_000, backoff_max_ms: 900_000 },
    })]);
  });

  it('writes nothing the second time', async () => {
    await created();
    const before = await rowVersions('tenants');
    clock.advance({ hours: 1 });
    expect((await apply.run({ spec: acme, resource: RESOURCE })).outcome).toBe('unchanged');
    expect(await rowVersions('tenants')).toEqual(before);
  });

  it('changes the row when the resource changes, in the protocol’s own words', async () => {
    const tenant = await created();
    const peering: TenantSpec['peering'] = { mode: 'InviteOnly', allowedServers: ['*.partner.example'], thirdPartyServers: 'Accepted', directory: 'Nobody' };
    expect(await apply.run({ spec: { ...acme, displayName: 'Acme', peering, workers: { mode: 'Dedicated' } }, resource: RESOURCE })).toEqual({ outcome: 'changed', tenant });
    expect(await database.rows('SELECT display_name, provider_policy, pool FROM tenants')).toEqual([{
      display_name: 'Acme', pool: nameOfResource('default/acme'),
      provider_policy: { default_mode: 'invite_only', allowed_peers: ['*.partner.example'], third_party_servers: 'accepted', directory: 'nobody' },
    }]);
  });

  it('suspends a tenant whose file is gone and brings it back with the file', async () => {
    const tenant = await created();
    const suspend = new SuspendUndeclaredTenants(db, new TenantStore(), clock);
    expect(await suspend.run({ declared: [RESOURCE] })).toEqual([]);
    expect(await suspend.run({ declared: [] })).toEqual(['acme.localhost']);
    expect(await suspend.run({ declared: [] })).toEqual([]);
    expect(await apply.run({ spec: acme, resource: RESOURCE })).toEqual({ outcome: 'changed', tenant });
    expect(await database.rows('SELECT state FROM tenants')).toEqual([{ state: 'active' }]);
  });

  it('does not let a resource change its server_name', async () => {
    await created();
    expect(await apply.run({ spec: { ...acme, serverName: 'other.localhost' }, resource: RESOURCE }))
      .toEqual({ outcome: 'refused', sentence: expect.stringContaining('cannot be changed from acme.localhost to other.localhost') });
  });

  describe('a deleted tenant', () => {
    const end = (resource = RESOURCE) => new DeleteTenant(db, new TenantStore(), clock).end(resource);

    it('is taken up by a resource of the same name, with its rows, for 30 days', async () => {
      const tenant = await created();
      await end();
      clock.advance({ days: 29 });
      expect(await apply.run({ spec: acme, resource: RESOURCE })).toEqual({ outcome: 'changed', tenant });
      await end();
      clock.advance({ days: 30 });
      expect(await apply.run({ spec: acme, resource: RESOURCE })).toMatchObject({ outcome: 'created' });
      expect(await database.rows('SELECT state FROM tenants ORDER BY id')).toEqual([{ state: 'deleted' }, { state: 'active' }]);
    });

    it('is nothing to a resource of another name, which begins with nothing', async () => {
      const tenant = await created();
      expect(await apply.run({ spec: acme, resource: 'other/acme' })).toEqual({ outcome: 'refused', sentence: expect.stringContaining('belongs to the Tenant default/acme') });
      await end();
      const other = await created(acme, 'other/acme');
      expect(other.id).not.toBe(tenant.id);
      expect(await new FindTenantByHost(db, new TenantStore(), clock).run('acme.localhost')).toMatchObject({ state: 'active', tenant: other });
      expect(await apply.run({ spec: acme, resource: RESOURCE })).toMatchObject({ outcome: 'refused' });
      await end('other/acme');
      expect(await apply.run({ spec: acme, resource: RESOURCE })).toEqual({ outcome: 'changed', tenant });
    });

    it('meets again whom its deletion has parted it from, not whom its admin has removed, and says hello to the others', async () => {
      const tenant = await created();
      const peers = [['parted', 'deletion'], ['removed', '@bob:acme.localhost'], ['kept', null]] as const;
      for (const [name, actor] of peers) {
        await database.rows(`INSERT INTO peers (tenant_id, server_name, admin_state, created_at) VALUES ($1, $2, $3, now())`, [tenant.id, name, actor === null ? 'active' : 'removed']);
        if (actor !== null) await database.rows(`INSERT INTO severings (tenant_id, id, server_name, is_theirs, actor, since, undelivered, started_at, finished_at) VALUES ($1, gen_random_uuid(), $2, false, $3, now(), 0, now(), now())`, [tenant.id, name, actor]);
      }
      await database.rows(`INSERT INTO rooms (tenant_id, id, host, room_type, creator, chain, created_at) VALUES ($1, $1, 'acme.localhost', 'group', '@a:acme.localhost', '', now())`, [tenant.id]);
      await database.rows(`INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at) VALUES ($1, 'kept', $1, 'host', 0, 1, now())`, [tenant.id]);
      await end();
      await apply.run({ spec: acme, resource: RESOURCE });
      expect(await database.rows('SELECT server_name, admin_state FROM peers ORDER BY 1')).toEqual([
        { server_name: 'kept', admin_state: 'active' }, { server_name: 'parted', admin_state: 'active' }, { server_name: 'removed', admin_state: 'removed' },
      ]);
      expect(await database.rows('SELECT kind, server_name, state FROM peer_requests')).toEqual([{ kind: 'hello', server_name: 'kept', state: 'waiting' }]);
    });
  });

  describe('peers', () => {
    const peer: PeerSpec = { tenantRef: { name: 'acme' }, serverName: 'x.localhost', endpoint: { url: 'http://x.localhost:8081/', private: true } };
    const run = async (peers: { spec: PeerSpec; resource: string; caCertificate?: string | null }[], tenant: Awaited<ReturnType<typeof created>>) =>
      new ApplyPeers(db, new DeclarationStore(), new Audit(clock, new AuditStore()), clock).run({ tenant, peers });

    it('are declared once, changed when they change, dropped with their file, and never removed', async () => {
      const tenant = await created();
      expect(await run([{ spec: peer, resource: 'default/x' }], tenant)).toEqual({ declared: ['x.localhost'], dropped: [] });
      const before = await rowVersions('peers');
      expect(await run([{ spec: peer, resource: 'default/x' }], tenant)).toEqual({ declared: [], dropped: [] });
      expect(await rowVersions('peers')).toEqual(before);
      expect(before).toMatchObject([{ declaration: { endpoint_url: 'http://x.localhost:8081', private: true } }]);
      const pinned: PeerSpec = { ...peer, trust: { mode: 'Pinned', pins: [{ fingerprint: 'SHA256:x' }] } };
      expect((await run([{ spec: pinned, resource: 'default/x' }], tenant)).declared).toEqual(['x.localhost']);
      expect(await run([], tenant)).toEqual({ declared: [], dropped: ['x.localhost'] });
      expect(await rowVersions('peers')).toMatchObject([{ server_name: 'x.localhost', declaration: null, declaration_resource: null, admin_state: 'active' }]);
      expect(await database.rows('SELECT action FROM audit_log ORDER BY action DESC')).toEqual([{ action: 'peer.declared' }, { action: 'peer.declared' }, { action: 'peer.declaration_dropped' }]);
    });

    it('keep the authority that their resource names, and none while it cannot be read', async () => {
      const tenant = await created();
      const authorityOf = async () => (await database.rows<{ ca: string | null }>(`SELECT declaration->>'ca_certificate' AS ca FROM peers`))[0]?.ca;
      for (const caCertificate of ['', 'PEM', null]) {
        await run([{ spec: peer, resource: 'default/x', caCertificate }], tenant);
        expect(await authorityOf()).toBe(caCertificate);
      }
    });

    it('touch nothing of another tenant', async () => {
      const tenant = await created();
      const other = await created({ ...acme, serverName: 'globex.localhost' }, 'default/globex');
      await run([{ spec: peer, resource: 'default/x' }], tenant);
      expect(await run([], other)).toEqual({ declared: [], dropped: [] });
    });
  });

  describe('the Host header', () => {
    it('selects a tenant by its whole value first, then without its port', async () => {
      const plain = await created();
      const ported = await created({ ...acme, serverName: 'acme.localhost:9999' }, 'default/ported');
      const find = new FindTenantByHost(db, new TenantStore(), clock);
      expect(await find.run('acme.localhost:9999')).toMatchObject({ state: 'active', tenant: ported });
      expect(await find.run('acme.localhost:8080')).toMatchObject({ state: 'active', tenant: plain });
      expect(await find.run('ACME.localhost')).toMatchObject({ state: 'active', tenant: plain });
      for (const host of ['globex.localhost', '', ':', 'acme.localhost.', `${'a'.repeat(300)}`, 'acme.localhost:9999:1']) expect(await find.run(host)).toEqual({ state: 'unknown' });
    });

    it('notices a suspension within five seconds, and a deletion', async () => {
      await created();
      const find = new FindTenantByHost(db, new TenantStore(), clock);
      expect((await find.run('acme.localhost')).state).toBe('active');
      await apply.run({ spec: { ...acme, suspend: true }, resource: RESOURCE });
      expect((await find.run('acme.localhost')).state).toBe('active');
      clock.advance({ seconds: 5 });
      expect((await find.run('acme.localhost')).state).toBe('suspended');
      await database.rows(`UPDATE tenants SET state = 'deleted'`);
      clock.advance({ seconds: 5 });
      expect((await find.run('acme.localhost')).state).toBe('unknown');
    });
  });
});

describe('durations of resources', () => {
  it.each([['1h30m', 5_400_000], ['500ms', 500], ['24h', 86_400_000], ['0s', 0]])('%s is %i ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));
  it.each(['', '5', '1d', '-1s', '1.5h'])('%j is none', (text) => expect(() => parseDurationMs(text)).toThrow(RangeError));
});
