import { inspect } from 'node:util';
import { ConfigError, parseApiConfig, parseCliConfig, parseWorkerConfig, type Env } from './index.js';

const servers: Env = {
  DATABASE_URL: 'postgresql://app:hunter2@db.test/scaiwave',
  DATABASE_FLEET_URL: 'postgresql://fleet:hunter2@db.test/scaiwave',
  REDIS_URL: 'redis://:hunter2@redis.test',
};

function problemsOf(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('all problems are told at once, a sentence each', () => {
  const env = { ...servers, REDIS_URL: 'http://redis.test', DATABASE_URL: undefined, HTTP_PORT: '70000', LOG_LEVEL: 'loud', CLOCK_OFFSET_FILE: '/tmp/offset' };
  expect(problemsOf(() => parseApiConfig(env))).toEqual([
    'DATABASE_URL is not set.',
    'REDIS_URL: must be a URL like redis://host:6379.',
    expect.stringMatching(/^LOG_LEVEL: /),
    'HTTP_PORT: must be from 0 to 65535.',
    'CLOCK_OFFSET_FILE moves the clock and is refused unless SCAIWAVE_TEST_MODE=1.',
  ]);
});

test('a worker needs its keyring', () => {
  expect(problemsOf(() => parseWorkerConfig(servers))).toEqual(['KEYRING_DIR is not set.']);
});

test('the first back-off may not be longer than the longest', () => {
  expect(problemsOf(() => parseWorkerConfig({ ...servers, KEYRING_DIR: '/keys', BACKOFF_INITIAL_MS: '10', BACKOFF_MAX_MS: '5' }))).toEqual([
    'BACKOFF_INITIAL_MS must not be more than BACKOFF_MAX_MS.',
  ]);
});

test.each([
  ['api', parseApiConfig, servers],
  ['worker', parseWorkerConfig, { ...servers, KEYRING_DIR: '/keys' }],
  ['cli', parseCliConfig, {}],
])('%s: the clock moves in test mode only', (_app, parse, env) => {
  const moved = { ...env, CLOCK_OFFSET_FILE: '/tmp/offset' };
  expect(problemsOf(() => parse(moved))).toEqual(['CLOCK_OFFSET_FILE moves the clock and is refused unless SCAIWAVE_TEST_MODE=1.']);
  expect(parse({ ...moved, SCAIWAVE_TEST_MODE: '1' }).config.clockOffsetFile).toBe('/tmp/offset');
});

test('empty settings count as unset', () => {
  expect(parseApiConfig({ ...servers, HTTP_PORT: '', WEB_DIST: '' }).config).toMatchObject({ httpPort: 3000, webDist: undefined });
});

test('secrets are not printed, whichever way', () => {
  const { config, secrets } = parseApiConfig(servers);
  expect(secrets.databaseUrl.reveal()).toBe(servers['DATABASE_URL']);
  for (const printed of [JSON.stringify({ config, secrets }), inspect({ config, secrets }, { depth: 9 }), secrets.redisUrl.toString()]) expect(printed).not.toContain('hunter2');
});

test('egress: nothing is forbidden by default; when something is, Postgres and Redis stay allowed', () => {
  expect(parseApiConfig(servers).config.egressAllowed).toBeUndefined();
  expect(parseApiConfig({ ...servers, FORBID_EGRESS_EXCEPT: ',' }).config.egressAllowed).toEqual(['db.test:5432', 'db.test:5432', 'redis.test:6379']);
  expect(parseApiConfig({ ...servers, FORBID_EGRESS_EXCEPT: 'id.test:443' }).config.egressAllowed).toContain('id.test:443');
});

describe('the provider’s view', () => {
  const whole = { PROVIDER_HOST: 'fleet.example', PROVIDER_OIDC_ISSUER: 'https://id.example', PROVIDER_OIDC_CLIENT_ID: 'fleet', PROVIDER_ROLES: 'ops, on-call' };

  test('there is none unless it is asked for, and then all of it', () => {
    expect(parseApiConfig(servers).config.provider).toBeNull();
    expect(parseApiConfig({ ...servers, ...whole }).config.provider).toEqual({ host: 'fleet.example', issuer: 'https://id.example', clientId: 'fleet', secretFile: null, roles: ['ops', 'on-call'] });
    expect(parseApiConfig({ ...servers, ...whole, PROVIDER_OIDC_SECRET_FILE: '/run/secret' }).config.provider).toMatchObject({ secretFile: '/run/secret' });
    expect(problemsOf(() => parseApiConfig({ ...servers, PROVIDER_OIDC_SECRET_FILE: '/run/secret' }))).toEqual([`For the provider's view ${Object.keys(whole).join(', ')} must be set, too; without all four there is none.`]);
    for (const name of Object.keys(whole)) expect(problemsOf(() => parseApiConfig({ ...servers, ...whole, [name]: '' }))).toEqual([`For the provider's view ${name} must be set, too; without all four there is none.`]);
  });

  test.each([
    ['PROVIDER_HOST', 'Fleet.example'], ['PROVIDER_HOST', 'https://fleet.example'], ['PROVIDER_OIDC_ISSUER', 'http://id.example'], ['PROVIDER_OIDC_ISSUER', 'https://user:pass@id.example'], ['PROVIDER_ROLES', ' , '],
  ])('%s is not %s', (name, value) => {
    expect(problemsOf(() => parseApiConfig({ ...servers, ...whole, [name]: value }))[0]).toMatch(new RegExp(`^${name}: must`));
  });
});
