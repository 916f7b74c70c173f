import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiWorld } from './api-world.js';

let world: ApiWorld;
let secrets: string;
beforeAll(async () => {
  secrets = mkdtempSync(join(tmpdir(), 'api-auth-'));
  world = await ApiWorld.create({ env: { OIDC_SECRETS_DIR: secrets } });
});
afterAll(async () => {
  await world.close();
  rmSync(secrets, { recursive: true });
});

const me = (authorization: string | undefined, host = 'alpha.test') => world.client.call({ path: '/v1/me', host, headers: authorization === undefined ? {} : { authorization } });

describe('tokens', () => {
  test('a person exists from the first call with a valid token', async () => {
    const answer = await me(`Bearer ${await world.token('alice', 'alpha.test', { name: 'Alice Liddell' })}`);
    expect(answer.status).toBe(200);
    expect(answer.data).toMatchObject({ local_id: 'alice', fqid: '@alice:alpha.test', display_name: 'Alice Liddell', role: 'user', csrf_token: null });
    const again = await me(`Bearer ${await world.token('alice', 'alpha.test')}`);
    expect(again.data.participant_id).toBe(answer.data.participant_id);
  });

  test('a name that is no local_id becomes one, and two people never share one', async () => {
    const token = (sub: string) => world.issuer.token({ sub, preferred_username: 'Éric O’Neill@corp', aud: 'alpha.test', now: world.clock.now() });
    const [one, two] = [await me(`Bearer ${await token('1')}`), await me(`Bearer ${await token('2')}`)];
    expect([one.data.local_id, two.data.local_id]).toEqual(['ric-o-neill', 'ric-o-neill-2']);
  });

  test('a first page asks for many things at once: they are all of the same new person', async () => {
    for (const name of ['newcomer-a', 'newcomer-b', 'newcomer-c']) {
      const authorization = `Bearer ${await world.token(name, 'alpha.test')}`;
      const answers = await Promise.all(Array.from({ length: 8 }, () => me(authorization)));
      expect(answers.map((answer) => answer.data?.fqid)).toEqual(Array.from({ length: 8 }, () => `@${name}:alpha.test`));
      expect(new Set(answers.map((answer) => answer.data.participant_id)).size).toBe(1);
    }
  });

  test('the role follows the claims', async () => {
    expect((await me(`Bearer ${await world.token('bob', 'alpha.test', { roles: ['staff', 'admin'] })}`)).data.role).toBe('admin');
    expect((await me(`Bearer ${await world.token('bob', 'alpha.test', { roles: ['staff'] })}`)).data.role).toBe('user');
  });

  test.each<[string, () => Promise<string | undefined>, number, string]>([
    ['no token', async () => undefined, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['another scheme', async () => 'Basic YWxpY2U6eA==', 401, 'SW_AUTH_INVALID_TOKEN'],
    ['no JWT', async () => 'Bearer abc', 401, 'SW_AUTH_INVALID_TOKEN'],
    ['two tokens', async () => 'Bearer a b', 401, 'SW_AUTH_INVALID_TOKEN'],
    ['a token of an unknown key', async () => `Bearer ${await world.issuer.forgedToken({ sub: 'x', preferred_username: 'mallory', aud: 'alpha.test', now: world.clock.now() })}`, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['a token without a signature', async () => `Bearer ${unsigned({ iss: world.issuer.url, aud: 'alpha.test', sub: 'x', exp: 4_000_000_000 })}`, 401, 'SW_AUTH_INVALID_TOKEN'],
    ['an expired token', async () => `Bearer ${await world.token('alice', 'alpha.test', { now: world.clock.now() - 7_200_000 })}`, 401, 'SW_AUTH_EXPIRED_TOKEN'],
    ['a token of another tenant', async () => `Bearer ${await world.token('alice', 'alpha.test', { aud: 'beta.test' })}`, 403, 'SW_AUTH_TENANT_MISMATCH'],
    ['a token that names nobody', async () => `Bearer ${await world.issuer.token({ sub: '!!!', preferred_username: '???', aud: 'alpha.test', now: world.clock.now() })}`, 401, 'SW_AUTH_INVALID_TOKEN'],
  ])('%s', async (_what, authorization, status, code) => {
    const answer = await me(await authorization());
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  test('a token that was good is not good for ever', async () => {
    const token = await world.token('carol', 'alpha.test', { expiresInSeconds: 60 });
    expect((await me(`Bearer ${token}`)).status).toBe(200);
    await world.advance({ minutes: 2 });
    expect((await me(`Bearer ${token}`)).code).toBe('SW_AUTH_EXPIRED_TOKEN');
  });

  test('an issuer that cannot be reached is not the token’s fault', async () => {
    await world.database.rows(`INSERT INTO tenants (id, server_name, display_name, oidc_issuer, oidc_client_id, created_at, updated_at) VALUES (gen_random_uuid(), 'lost.test', '', 'http://127.0.0.1:1', 'lost.test', now(), now())`);
    expect((await me(`Bearer ${await world.token('alice', 'lost.test')}`, 'lost.test')).code).toBe('SW_AUTH_OIDC_FAILED');
  });
});

describe('tenants', () => {
  test('Host selects the tenant, with or without its port', async () => {
    const config = (host: string) => world.client.call({ path: '/v1/auth/config', host });
    expect((await config('alpha.test')).data.server_name).toBe('alpha.test');
    expect((await config('beta.test:8443')).data.server_name).toBe('beta.test');
    expect([(await config('gamma.test')).status, (await config('gamma.test')).code]).toEqual([404, 'SW_TENANT_NOT_FOUND']);
  });

  test('a suspended tenant answers 503 with Retry-After', async () => {
    await world.addTenant('asleep.test', 'suspended');
    const answer = await world.client.call({ path: '/v1/auth/config', host: 'asleep.test' });
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'SW_UNAVAILABLE', '60']);
  });

  test('admins only', async () => {
    const [alice, root] = [await world.person('alice'), await world.person('root', 'alpha', 'admin')];
    expect((await alice.call('GET', '/v1/admin/audit')).code).toBe('SW_AUTH_INSUFFICIENT_PERMISSION');
    expect((await root.call('GET', '/v1/admin/audit')).status).toBe(200);
  });
});

describe('sessions', () => {
  async function logIn(host: string, returnTo = '/rooms/1?x=1'): Promise<{ cookies: string; csrf: string; location: string }> {
    const begin = await world.client.call({ path: `/v1/auth/login?return_to=${encodeURIComponent(returnTo)}`, host });
    expect(begin.status).toBe(302);
    const issuer = await fetch(String(begin.headers.location), { redirect: 'manual' });
    const back = new URL(String(issuer.headers.get('location')));
    expect(back.origin).toBe(`http://${host}`);
    const end = await world.client.call({ path: back.pathname + back.search, host });
    if (end.status !== 302) throw new Error(`${end.status} ${end.text}`);
    const set = [end.headers['set-cookie']].flat().map(String);
    expect(set[0]).toMatch(/^sw_session=[\w-]{43}; HttpOnly; Path=\/; SameSite=Lax; Max-Age=\d+$/);
    expect(set[1]).not.toMatch(/HttpOnly/);
    return { cookies: set.map((cookie) => cookie.split(';')[0]).join('; '), csrf: String(set[1]?.split(/[=;]/)[1]), location: String(end.headers.location) };
  }

  test('the login ends where it began, with a session that needs its CSRF token to write', async () => {
    world.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', name: 'Dora', now: world.clock.now() });
    const { cookies, csrf, location } = await logIn('alpha.test');
    expect(location).toBe('/rooms/1?x=1');
    const as = (more: object) => world.client.call({ host: 'alpha.test', path: '/v1/me', ...more });
    const who = await as({ headers: { cookie: cookies } });
    expect(who.data).toMatchObject({ fqid: '@dora:alpha.test', csrf_token: csrf });
    const write = { path: '/v1/me/preferences', method: 'PUT', body: { locale: 'de' } };
    expect((await as({ ...write, headers: { cookie: cookies } })).code).toBe('SW_CSRF');
    expect((await as({ ...write, headers: { cookie: cookies, 'x-csrf-token': 'x'.repeat(csrf.length) } })).code).toBe('SW_CSRF');
    expect((await as({ ...write, headers: { cookie: cookies, 'x-csrf-token': csrf } })).data).toMatchObject({ locale: 'de', timezone: 'UTC' });
    expect((await as({ path: '/v1/auth/logout', method: 'POST', headers: { cookie: cookies, 'x-csrf-token': csrf } })).status).toBe(204);
    expect((await as({ headers: { cookie: cookies } })).code).toBe('SW_AUTH_INVALID_TOKEN');
  });

  test.each(['client_secret_basic', 'client_secret_post'] as const)('an issuer that wants a secret gets it by %s, from the first login after it was given', async (method) => {
    const host = `${method}.test`.replaceAll('_', '-');
    await world.addTenant(host);
    world.issuer.requireSecret(host, 's3cret+/=', method);
    world.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', now: world.clock.now() });
    const attempt = async (): Promise<number> => {
      const begin = await world.client.call({ path: '/v1/auth/login', host });
      const back = new URL(String((await fetch(String(begin.headers.location), { redirect: 'manual' })).headers.get('location')));
      return (await world.client.call({ path: back.pathname + back.search, host })).status;
    };
    expect(await attempt()).toBe(400);
    writeFileSync(join(secrets, host), 's3cret+/=\n');
    expect(await attempt()).toBe(302);
    writeFileSync(join(secrets, host), 'another');
    expect(await attempt()).toBe(400);
  });

  test('a session is of one tenant, and ends', async () => {
    world.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', now: world.clock.now() });
    const { cookies } = await logIn('alpha.test');
    expect((await world.client.call({ host: 'beta.test', path: '/v1/me', headers: { cookie: cookies } })).code).toBe('SW_AUTH_INVALID_TOKEN');
    await world.advance({ hours: 13 });
    expect((await world.client.call({ host: 'alpha.test', path: '/v1/me', headers: { cookie: cookies } })).code).toBe('SW_AUTH_INVALID_TOKEN');
  });

  test.each(['https://evil.test/', '//evil.test', '/\\evil.test', 'rooms'])('return_to %s is refused', async (returnTo) => {
    const answer = await world.client.call({ path: `/v1/auth/login?return_to=${encodeURIComponent(returnTo)}`, host: 'alpha.test' });
    expect([answer.status, answer.code, answer.details?.field]).toEqual([400, 'SW_REQUEST_INVALID', 'return_to']);
  });

  test('a callback that nobody began, or that comes twice, is refused', async () => {
    world.issuer.signInAs({ sub: 'dora', preferred_username: 'dora', now: world.clock.now() });
    const made = await world.client.call({ path: '/v1/auth/callback?code=x&state=y', host: 'alpha.test' });
    expect([made.status, made.code]).toEqual([400, 'SW_AUTH_OIDC_FAILED']);
    const begin = await world.client.call({ path: '/v1/auth/login', host: 'alpha.test' });
    const back = new URL(String((await fetch(String(begin.headers.location), { redirect: 'manual' })).headers.get('location')));
    expect((await world.client.call({ path: back.pathname + back.search, host: 'alpha.test' })).status).toBe(302);
    expect((await world.client.call({ path: back.pathname + back.search, host: 'alpha.test' })).code).toBe('SW_AUTH_OIDC_FAILED');
  });
});

function unsigned(claims: object): string {
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
