import { z } from 'zod';
import { flag, integer, port, postgresUrl, redisUrl } from './fields.js';
import type { Parsed } from './parse-config.js';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** What API and worker both read. */
export const serverFields = {
  DATABASE_URL: postgresUrl.describe('Postgres as the app role, which row-level security binds.'),
  DATABASE_FLEET_URL: postgresUrl.describe('Postgres as the fleet role, for work across tenants.'),
  DATABASE_POOL_SIZE: integer(1, 200).default(10).describe('Connections of the app role; the fleet role has a quarter of it.'),
  REDIS_URL: redisUrl.describe('Redis for queues, signals and nonces. Nothing in it is the only copy.'),
  REDIS_PREFIX: z.string().regex(/^[a-zA-Z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, - or _').default('scaiwave').describe('Starts every Redis key and channel.'),
  HEALTH_HOST: z.string().default('127.0.0.1').describe('Address of /healthz, /readyz and /metrics.'),
  HEALTH_PORT: port.default(0).describe('Port of /healthz, /readyz and /metrics; 0 takes a free one.'),
  LOG_LEVEL: z.enum(logLevels).default('info').describe('The least urgent line that is written.'),
  REQUEST_TIMEOUT_MS: integer(100, 120_000).default(30_000).describe('Longest wait for one answer of a peer; the resource of a tenant may ask for a shorter one.'),
  ALLOW_LOCALHOST_PEERS: flag.describe('Peers named *.localhost or *.test may use plain http, any port and loopback addresses.'),
  MEDIA_MAX_BYTES: integer(1, 1_073_741_824).default(20_971_520).describe('Largest file that is taken, from a person or from another server.'),
  MEDIA_QUOTA_TENANT_BYTES: integer(1, 999_999_999_999_999).default(21_474_836_480).describe('Bytes of files kept for one tenant, those of other servers included.'),
  SCAIWAVE_TEST_MODE: flag.describe('Permits the settings that only tests may use.'),
  CLOCK_OFFSET_FILE: z.string().optional().describe('File with the milliseconds by which this process moves its clock. Test mode only.'),
} as const;

/** The clock may be moved by tests, never in production. */
export function clockMovesInTestsOnly(env: { SCAIWAVE_TEST_MODE?: boolean; CLOCK_OFFSET_FILE?: string | undefined }): string | null {
  const isRefused = env.CLOCK_OFFSET_FILE !== undefined && env.SCAIWAVE_TEST_MODE !== true;
  return isRefused ? 'CLOCK_OFFSET_FILE moves the clock and is refused unless SCAIWAVE_TEST_MODE=1.' : null;
}

type ServerEnv = Parsed<typeof serverFields>;

/** The part of a config that API and worker share. */
export function serverConfig(env: ServerEnv) {
  return {
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisPrefix: env.REDIS_PREFIX,
    healthHost: env.HEALTH_HOST,
    healthPort: env.HEALTH_PORT,
    logLevel: env.LOG_LEVEL,
    requestTimeoutMs: env.REQUEST_TIMEOUT_MS,
    allowsLocalhostPeers: env.ALLOW_LOCALHOST_PEERS,
    mediaMaxBytes: env.MEDIA_MAX_BYTES,
    mediaQuotaTenantBytes: env.MEDIA_QUOTA_TENANT_BYTES,
    isTestMode: env.SCAIWAVE_TEST_MODE,
    clockOffsetFile: env.CLOCK_OFFSET_FILE,
  };
}

/** The secrets that API and worker share. */
export function serverSecrets(env: ServerEnv) {
  return { databaseUrl: env.DATABASE_URL, databaseFleetUrl: env.DATABASE_FLEET_URL, redisUrl: env.REDIS_URL };
}
