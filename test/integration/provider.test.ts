import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReportTenants, type TenantReport } from '@scaiwave/core';
import type { Database } from '@scaiwave/database';
import { startTestIssuer, type ApiAnswer, type TestIssuer } from '@scaiwave/testing';
import { parse } from 'yaml';
import { ENDPOINTS } from '../../apps/api/src/http/endpoint.js';
import { ApiWorld, expectDescribed } from './api-world.js';

const HOST = 'provider.test';
const secrets = mkdtempSync(join(tmpdir(), 'provider-secret-'));
const secretFile = join(secrets, 'clientSecret');
let world: ApiWorld;
let issuer: TestIssuer;
let database: Database;

beforeAll(async () => {
  issuer = await startTestIssuer();
  writeFileSync(secretFile, 's3cret+/=\n');
  issuer.requireSecret('fleet', 's3cret+/=');
  world = await ApiWorld.create({ env: { PROVIDER_HOST: HOST, PROVIDER_OIDC_ISSUER: issuer.url, PROVIDER_OIDC_CLIENT_ID: 'fleet', PROVIDER_OIDC_SECRET_FILE: secretFile, PROVIDER_ROLES: 'fleet-admin, on-call' } });
  database = world.openDatabase();
});
afterAll(async () => {
  await database.close();
  await world.close();
  await issuer.close();
  rmSync(secrets, { recursive: true });
});

const tokenOf = (more: { roles?: string[]; aud?: string; now?: number } = {}) =>
  issuer.token({ sub: 'olga', preferred_username: 'olga', name: 'Olga Ops', aud: 'fleet', roles: ['on-call'], now: world.clock.now(), expiresInSeconds: 86_400, ...more });
const ask = async (path: string, authorization: string | undefined, host = HOST): Promise<ApiAnswer> => {
  const answer = await world.client.call({ path, host, headers: authorization === undefined ? {} : { authorization } });
  if (answer.status === 200) expectDescribed('GET', path, answer);
  return answer;
};
const look = async (path: string) => ask(path, `Bearer ${await tokenOf()}`);
const reportOf = (name: string, more: Partial<TenantReport> = {}): TenantReport => ({
  resource: `tenant-${name}/${name}`, serverName: `${name}.test`, ready: 'True', reason: 'Ready', message: '',
  status: { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True', reason: 'Ready', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }], keys: { active: 'ed25519:a' } },
  spec: { serverName: `${name}.test`, displayName: name, auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave', clientSecretRef: { name: 'oidc' } } } }, ...more,
});
async function tell(reports: ReportTenants, ...told: TenantReport[]): Promise<number> {
  for (const report of told) reports.note(report);
  return reports.flush();
}

describe('who may look', () => {
  test.each<[string, () => Promise<string | undefined>, number, string | undefined]>([
    ['nobody without a token', async () => undefined, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['nobody with a tenant’s token', async () => `Bearer ${await world.token('root', 'alpha.test', { roles: ['admin', 'on-call'] })}`, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['nobody with a forged token', async () => `Bearer ${await issuer.forgedToken({ sub: 'olga', preferred_username: 'olga', aud: 'fleet', roles: ['on-call'], now: world.clock.now() })}`, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['nobody with an expired token', async () => `Bearer ${await tokenOf({ now: world.clock.now() - 90_000_000 })}`, 401, 'SW_AUTH_EXPIRED_TOKEN'],
    ['nobody with a token for another client', async () => `Bearer ${await tokenOf({ aud: 'alpha.test' })}`, 403, 'SW_AUTH_TENANT_MISMATCH'],
    ['nobody without one of the roles', async () => `Bearer ${await tokenOf({ roles: ['admin'] })}`, 403, 'SW_PROVIDER_ROLE_MISSING'],
    ['nobody without any role', async () => `Bearer ${await tokenOf({ roles: [] })}`, 403, 'SW_PROVIDER_ROLE_MISSING'],
    ['whoever has one of the roles', async () => `Bearer ${await tokenOf()}`, 200, undefined],
  ])('%s', async (_who, authorization, status, code) => {
    const given = await authorization();
    for (const path of ['/v1/provider/tenants', '/v1/provider/me', ...(status === 200 ? [] : ['/v1/provider/tenants/a/b'])]) {
      const answer = await ask(path, given);
      expect([path, answer.status, answer.code]).toEqual([path, status, code]);
    }
  });

  test('a provider’s token is worth nothing at a tenant', async () => {
    expect((await ask('/v1/me', `Bearer ${await tokenOf()}`, 'alpha.test')).code).toBe('SW_AUTH_INVALID_TOKEN');
  });

  test('the provider’s routes exist on its Host only, whatever the spelling of the path, with or without a port', async () => {
    const authorization = `Bearer ${await tokenOf()}`;
    for (const path of ['/v1/provider/tenants', '/v1/%70rovider/tenants', '/v1/provider/auth/config', '/v1/provider/auth/login']) {
      for (const host of ['alpha.test', 'nobody.test', `x.${HOST}`]) expect([path, host, (await ask(path, authorization, host)).status]).toEqual([path, host, 404]);
    }
    expect((await ask('/v1/provider/me', authorization, `${HOST.toUpperCase()}:8443`)).data).toEqual({ subject: 'olga', name: 'Olga Ops' });
  });

  test('the provider’s Host is no tenant’s, even of one that is called so', async () => {
    await world.addTenant(HOST);
    for (const { method, path } of ENDPOINTS.filter((endpoint) => !endpoint.isProviders && !endpoint.isOfNoTenant)) {
      const answer = await world.client.call({ method, path: path.replaceAll(/:[a-z_]+/g, 'x'), host: HOST });
      expect([method, path, answer.status, answer.code]).toEqual([method, path, 404, 'SW_TENANT_NOT_FOUND']);
    }
    for (const path of ['/.well-known/scaiwave/server', '/_scaiwave/federation/v1/status']) expect([path, (await ask(path, undefined)).status]).toEqual([path, 404]);
  });
});

describe('sessions', () => {
  async function logIn(roles: string[]): Promise<{ location: string; cookies: string; csrf: string }> {
    issuer.signInAs({ sub: 'olga', preferred_username: 'olga', name: 'Olga Ops', roles, now: world.clock.now() });
    const begin = await world.client.call({ path: '/v1/provider/auth/login?return_to=/provider?state=failing', host: HOST });
    const back = new URL(String((await fetch(String(begin.headers.location), { redirect: 'manual' })).headers.get('location')));
    const end = await world.client.call({ path: back.pathname + back.search, host: HOST });
    const set = [end.headers['set-cookie'] ?? []].flat().map(String);
    return { location: String(end.headers.location), cookies: set.map((cookie) => cookie.split(';')[0]).join('; '), csrf: String(set[1]?.split(/[=;]/)[1]) };
  }
  const withCookie = (cookie: string, more: object = {}, host = HOST) => world.client.call({ path: '/v1/provider/tenants', host, headers: { cookie }, ...more });

  test('a login at the provider’s issuer opens one, which ends at its end, and needs its CSRF token to write', async () => {
    const { location, cookies, csrf } = await logIn(['fleet-admin']);
    expect(location).toBe('/provider?state=failing');
    expect((await withCookie(cookies)).status).toBe(200);
    expect((await withCookie(cookies, { path: '/v1/me' }, 'alpha.test')).code).toBe('SW_AUTH_INVALID_TOKEN');
    const logout = { path: '/v1/provider/auth/logout', method: 'POST' };
    expect((await withCookie(cookies, logout)).code).toBe('SW_CSRF');
    expect((await withCookie(cookies, { ...logout, headers: { cookie: cookies, 'x-csrf-token': csrf } })).status).toBe(204);
    expect((await withCookie(cookies)).code).toBe('SW_AUTH_INVALID_TOKEN');
  });

  test('a session does not outlive its time', async () => {
    const { cookies } = await logIn(['on-call']);
    await world.advance({ hours: 12, minutes: 1 });
    expect((await withCookie(cookies)).code).toBe('SW_AUTH_INVALID_TOKEN');
  });

  test('a login without the role opens none, and is told so on the page', async () => {
    expect(await logIn(['admin'])).toMatchObject({ location: '/provider?error=SW_PROVIDER_ROLE_MISSING', cookies: '' });
  });

  test('a client secret that is wrong, empty or gone opens none, until it is right again', async () => {
    const failed = { location: '/provider?error=SW_AUTH_OIDC_FAILED', cookies: '' };
    for (const wrong of ['another', ' \n']) {
      writeFileSync(secretFile, wrong);
      expect(await logIn(['on-call'])).toMatchObject(failed);
    }
    rmSync(secretFile);
    expect(await logIn(['on-call'])).toMatchObject(failed);
    writeFileSync(secretFile, 's3cret+/=');
    expect(await logIn(['on-call'])).toMatchObject({ location: '/provider?state=failing' });
  });

  test('a tenant’s session is none here, and a state of nobody’s ends on the page', async () => {
    expect((await withCookie(`sw_session=${'x'.repeat(43)}`)).code).toBe('SW_AUTH_INVALID_TOKEN');
    expect((await world.client.call({ path: '/v1/provider/auth/callback?state=x&code=y', host: HOST })).headers.location).toBe('/provider?error=SW_AUTH_OIDC_FAILED');
  });

  test.each(['//evil.example', '/provider//../..\\evil', 'https://evil.example', '/provider.evil.example', '/rooms'])('nobody is sent to %s after the login', async (to) => {
    expect((await world.client.call({ path: `/v1/provider/auth/login?return_to=${encodeURIComponent(to)}`, host: HOST })).code).toBe('SW_REQUEST_INVALID');
  });
});

describe('what is told', () => {
  test('what was told before is not written again, by whoever tells it; what changed is, and what is gone goes', async () => {
    const rows = () => world.database.rows<{ resource: string; x: string; reason: string }>('SELECT resource, xmin::text AS x, reason FROM tenant_reports ORDER BY resource');
    const reports = new ReportTenants(database, world.clock);
    expect(await tell(reports, reportOf('alpha'), reportOf('beta'))).toBe(2);
    const before = await rows();
    expect(await tell(reports, reportOf('alpha'), reportOf('beta'))).toBe(0);
    const another = new ReportTenants(database, world.clock);
    another.note(reportOf('alpha'));
    another.note(reportOf('beta', { ready: 'False', reason: 'SecretNotFound', message: 'The Secret oidc is not there: make it.' }));
    expect(await another.flush()).toBe(1);
    const after = await rows();
    expect(after[0]).toEqual(before[0]);
    expect(after[1]?.reason).toBe('SecretNotFound');
    await another.remove('tenant-beta/beta');
    expect((await rows()).map(({ resource }) => resource)).toEqual(['tenant-alpha/alpha']);
    another.note(reportOf('beta'));
    expect(await another.flush()).toBe(1);
    await another.keepOnly(['tenant-beta/beta']);
    expect((await rows()).map(({ resource }) => resource)).toEqual(['tenant-beta/beta']);
    await another.keepOnly([]);
  });

  test('what could not be written is written later, and only its last state', async () => {
    const closed = world.openDatabase();
    const late = new ReportTenants(closed, world.clock);
    await world.database.rows('ALTER TABLE tenant_reports RENAME TO away');
    late.note(reportOf('alpha', { reason: 'Old' }));
    await expect(late.flush()).rejects.toThrow(/tenant_reports/);
    late.note(reportOf('alpha'));
    late.note(reportOf('beta'));
    late.note(reportOf('gamma'));
    await world.database.rows('ALTER TABLE away RENAME TO tenant_reports');
    await late.remove('tenant-gamma/gamma');
    await late.keepOnly(['tenant-alpha/alpha', 'tenant-beta/beta']);
    expect(await world.database.rows('SELECT resource, reason FROM tenant_reports ORDER BY 1')).toEqual([{ resource: 'tenant-alpha/alpha', reason: 'Ready' }, { resource: 'tenant-beta/beta', reason: 'Ready' }]);
    await late.keepOnly([]);
    await closed.close();
  });
});

describe('the view', () => {
  const names = async (path: string) => ((await look(path)).data as { name: string }[]).map(({ name }) => name);

  beforeAll(async () => {
    const alpha = (await world.database.rows<{ id: string }>(`UPDATE tenants SET resource = 'tenant-alpha/alpha' WHERE server_name = 'alpha.test' RETURNING id`))[0]!.id;
    await world.database.rows(`UPDATE tenants SET resource = 'tenant-beta/beta' WHERE server_name = 'beta.test'`);
    const late = { ready: 'False', reason: 'ServerNameTaken', message: 'alpha.test is the server_name of the older Tenant tenant-alpha/alpha.', serverName: 'alpha.test' } as const;
    await tell(new ReportTenants(database, world.clock), reportOf('alpha'), reportOf('beta'), reportOf('late', late), ...Array.from({ length: 7 }, (_, n) => reportOf(`more-${n}`)));
    await world.database.rows(`INSERT INTO peers (tenant_id, server_name, admin_state, verdict, failing_since, last_error_code, created_at) VALUES ($1, 'down.test', 'active', 'down', '2026-01-02', 'SW_FED_PEER_UNREACHABLE', now()), ($1, 'fine.test', 'active', NULL, NULL, NULL, now()), ($1, 'blocked.test', 'blocked', 'down', now(), NULL, now())`, [alpha]);
    const alice = await world.person('alice');
    const room = await alice.room('Plans of nobody’s business');
    const { id: event } = await alice.say(room.id, 'a secret of the tenant');
    await world.database.rows(`INSERT INTO lanes (tenant_id, server_name, room_id, kind, acked_seq, start_seq, updated_at) VALUES ($1, 'down.test', $2, 'host', 0, 1, now())`, [alpha, room.id]);
    await world.database.rows(`INSERT INTO delivery_exceptions (tenant_id, room_id, event_id, server_name, state, code, at) VALUES ($1, $2, $3, 'down.test', 'failed', 'SW_FED_EXPIRED', $4)`, [alpha, room.id, event, world.clock.date()]);
    await world.database.rows(`INSERT INTO key_rotations (tenant_id, next_rotation_at) VALUES ($1, '2027-03-04T05:06:07Z')`, [alpha]);
  });

  test('says of each tenant how it stands: readiness, backlog, failures, the next key', async () => {
    const { data, meta } = await look('/v1/provider/tenants');
    expect(data[0]).toMatchObject({
      namespace: 'tenant-alpha', name: 'alpha', server_name: 'alpha.test', ready: 'True', reason: 'Ready', failed_24h: 1, failing_peers: 1, next_rotation_at: '2027-03-04T05:06:07.000Z',
      backlog: expect.any(Number), oldest_pending_at: expect.stringMatching(/Z$/),
    });
    expect(data[0].backlog).toBeGreaterThan(0);
    expect(data[1]).toMatchObject({ name: 'beta', backlog: 0, oldest_pending_at: null, failed_24h: 0, failing_peers: 0, next_rotation_at: null });
    expect(data[2]).toMatchObject({ name: 'late', ready: 'False', reason: 'ServerNameTaken', backlog: null, failed_24h: null, failing_peers: null });
    expect(meta).toEqual({ next_cursor: null, counts: { all: 10, not_ready: 1, failing: 1 } });
  });

  test('is filtered by what is wrong, and by a part of a name', async () => {
    expect(await names('/v1/provider/tenants?state=not_ready')).toEqual(['late']);
    expect(await names('/v1/provider/tenants?state=failing')).toEqual(['alpha']);
    expect(await names('/v1/provider/tenants?q=ALPHA.test')).toEqual(['alpha', 'late']);
    expect(await names('/v1/provider/tenants?q=tenant-more')).toHaveLength(7);
    expect(await names('/v1/provider/tenants?q=%25')).toEqual([]);
    for (const wrong of ['state=sad', 'limit=0', 'limit=201', 'order=x']) expect((await look(`/v1/provider/tenants?${wrong}`)).code).toBe('SW_REQUEST_INVALID');
  });

  test('comes in pages, of which every tenant is on one', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 1; cursor !== null; pages += 1) {
      const { data, meta } = await look(`/v1/provider/tenants?limit=4${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...(data as { name: string }[]).map(({ name }) => name));
      cursor = meta!.next_cursor as string | null;
      expect(pages).toBeLessThanOrEqual(3);
    }
    expect(seen).toEqual(['alpha', 'beta', 'late', ...Array.from({ length: 7 }, (_, n) => `more-${n}`)]);
  });

  test('has every condition of one tenant, the peers that fail, and the YAML that made it', async () => {
    const { data } = await look('/v1/provider/tenants/tenant-alpha/alpha');
    expect(data).toMatchObject({ active_key: 'ed25519:a', next_key: null, workers: null, failing: [{ server_name: 'down.test', since: '2026-01-02T00:00:00.000Z', code: 'SW_FED_PEER_UNREACHABLE' }] });
    expect(data.conditions).toEqual([{ type: 'Ready', status: 'True', reason: 'Ready', message: '', last_transition_at: '2026-01-01T00:00:00Z' }]);
    expect(data.yaml.startsWith('apiVersion: federation.scaiwave.io/v1alpha1\nkind: Tenant\nmetadata:\n  name: alpha\n  namespace: tenant-alpha\nspec:\n  serverName: alpha.test\n')).toBe(true);
    expect(parse(data.yaml)).toEqual({ apiVersion: 'federation.scaiwave.io/v1alpha1', kind: 'Tenant', metadata: { name: 'alpha', namespace: 'tenant-alpha' }, spec: reportOf('alpha').spec });
    for (const nowhere of ['tenant-alpha/nobody', 'x/alpha', 'tenant-alpha/%2e%2e']) expect([nowhere, (await look(`/v1/provider/tenants/${nowhere}`)).code]).toEqual([nowhere, 'SW_NOT_FOUND']);
  });

  test('never says what was said, nor by whom', async () => {
    const told = [(await look('/v1/provider/tenants')).text, (await look('/v1/provider/tenants/tenant-alpha/alpha')).text].join();
    for (const secret of ['a secret of the tenant', 'nobody’s business', 'alice']) expect(told).not.toContain(secret);
  });
});
