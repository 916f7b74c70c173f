import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, parseApiConfig } from '@scaiwave/config';
import { createTestDatabase, createTestRedis, until } from '@scaiwave/testing';
import { request } from 'undici';
import { startApi } from '../../apps/api/src/start-api.js';
import { ApiWorld } from './api-world.js';
import { StreamClient } from './stream-client.js';

test('the API ends although people listen and wait', async () => {
  const world = await ApiWorld.create({ tenants: ['alpha'] });
  const zoe = await world.person('zoe');
  const client = await StreamClient.open(world.client.address, { host: 'alpha.test', query: { token: zoe.token } }).greeted();
  const waiting = zoe.call('GET', `/v1/sync?since=${client.hello!.cursor!}&timeout=60000`);
  await zoe.call('GET', '/v1/me');
  const closing = world.api.close();
  expect(await client.closed()).toBe(1001);
  expect((await waiting).status).toBe(200);
  await closing;
  await world.close();
});

test('the API may connect to its backends and to its tenants’ issuers, and to nothing else', async () => {
  const world = await ApiWorld.create({ tenants: ['alpha'] });
  await world.person('alice');
  expect(() => connect(1, '127.0.0.1')).toThrow('This process may not connect to 127.0.0.1:1.');
  await expect(fetch('http://peer.test/.well-known/scaiwave/server')).rejects.toMatchObject({ cause: { message: expect.stringContaining('may not connect to peer.test:80') } });
  await world.close();
});

test('until somebody has migrated the database the API is alive, not ready, and ends when it is told to', async () => {
  const [database, redis, healthPort] = [await createTestDatabase(), createTestRedis(), await freePort()];
  await database.rows('DELETE FROM _prisma_migrations');
  const { config, secrets } = parseApiConfig({ DATABASE_URL: database.appUrl, DATABASE_FLEET_URL: database.fleetUrl, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix, HTTP_PORT: '0', HEALTH_PORT: String(healthPort), LOG_LEVEL: 'silent', FORBID_EGRESS_EXCEPT: `127.0.0.1:${healthPort}` });
  const stop = new AbortController();
  const starting = startApi(config, secrets, stop.signal).catch((error: unknown) => error);
  const statusOf = (path: string) => request(`http://127.0.0.1:${healthPort}${path}`).then(async ({ statusCode, body }) => (await body.dump(), statusCode), () => null);
  await until('the API is alive', async () => (await statusOf('/healthz')) === 200);
  expect(await statusOf('/readyz')).toBe(503);
  stop.abort();
  expect(await starting).toMatchObject({ name: 'AbortError' });
  expect(await statusOf('/healthz')).toBe(null);
  await database.drop();
});

describe('the web app', () => {
  let world: ApiWorld;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'web-dist-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>ScaiWave</title>');
    writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'export {};');
    world = await ApiWorld.create({ tenants: ['alpha'], env: { WEB_DIST: folder } });
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });
  const get = (path: string) => world.client.call({ path, host: 'alpha.test' });

  test.each(['/', '/rooms/1', '/admin/federation/peers', '/anything'])('%s is the page, asked for afresh', async (path) => {
    const answer = await get(path);
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([200, 'text/html; charset=utf-8', 'no-cache']);
    expect(answer.text).toContain('<title>ScaiWave</title>');
  });

  test('files with a hash in their name are kept for ever; what is not there is not the page', async () => {
    expect((await get('/assets/app-1a2b.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/assets/gone.js')).code).toBe('SW_NOT_FOUND');
    expect((await get('/assets/../../etc/passwd')).text).not.toContain('root:');
    expect((await get('/v1/nothing')).code).toBe('SW_NOT_FOUND');
    expect((await get('/.well-known/nothing')).code).toBe('SW_NOT_FOUND');
  });

  test('every answer forbids sniffing, framing and foreign scripts', async () => {
    for (const path of ['/', '/assets/app-1a2b.js', '/v1/auth/config', '/v1/nothing']) {
      const { headers } = await get(path);
      expect([path, headers['x-content-type-options'], headers['x-frame-options'], headers['referrer-policy']]).toEqual([path, 'nosniff', 'DENY', 'same-origin']);
      expect(headers['content-security-policy']).toMatch(/default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/);
    }
    expect((await get('/v1/auth/config')).headers['cache-control']).toBe('no-store');
  });

  test('a descriptor is not there until a worker has made one', async () => {
    const answer = await get('/.well-known/scaiwave/server');
    expect([answer.status, answer.code, answer.headers['retry-after']]).toEqual([503, 'SW_FED_TRY_LATER', '1']);
    await world.database.rows(`INSERT INTO descriptors (tenant_id, body, source_hash, built_at, valid_until) SELECT id, '{"server_name":"alpha.test"}', '', now(), now() + interval '1 day' FROM tenants`);
    const served = await get('/.well-known/scaiwave/server');
    expect([served.status, served.text, served.headers['cache-control'], served.headers['content-type']]).toEqual([200, '{"server_name":"alpha.test"}', 'public, max-age=300', 'application/json; charset=utf-8']);
    expect((await world.client.call({ path: '/.well-known/scaiwave/server', host: 'gamma.test' })).code).toBe('SW_TENANT_NOT_FOUND');
  });

  test('a suspended tenant refuses every request, but its keys stay published', async () => {
    const id = await world.addTenant('asleep.test', 'suspended');
    await world.database.rows(`INSERT INTO descriptors (tenant_id, body, source_hash, built_at, valid_until) VALUES ($1, '{"server_name":"asleep.test"}', '', now(), now() + interval '1 day')`, [id]);
    const call = async (path: string, method = 'GET') => {
      const { status, code, text } = await world.client.call({ method, path, host: 'asleep.test' });
      return [status, code ?? text];
    };
    expect(await call('/.well-known/scaiwave/server')).toEqual([200, '{"server_name":"asleep.test"}']);
    expect(await call('/_scaiwave/federation/v1/send', 'POST')).toEqual([503, 'SW_FED_TRY_LATER']);
    expect(await call('/v1/me')).toEqual([503, 'SW_UNAVAILABLE']);
  });
});
