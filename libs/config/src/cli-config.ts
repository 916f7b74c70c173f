import { z } from 'zod';
import { flag, port, postgresUrl, redisUrl } from './fields.js';
import { parseEnv, type Rule } from './parse-config.js';
import { providerConfig, providerFields, providerIsWholeOrAbsent } from './provider-settings.js';
import { cacheFolder, type Env } from './read-env.js';
import { clockMovesInTestsOnly, logLevels } from './server-settings.js';

export const cliFields = {
  DATABASE_URL: postgresUrl.optional().describe('Postgres. Alone: a user that may create tables and roles; the login roles are made with it. With DATABASE_FLEET_URL: the app role. Unset: an embedded Postgres is started.'),
  DATABASE_FLEET_URL: postgresUrl.optional().describe('Postgres as the fleet role, where the login roles are made by somebody else.'),
  DATABASE_OWNER_URL: postgresUrl.optional().describe('Postgres as the owner of the schema; only migrations use it.'),
  REDIS_URL: redisUrl.optional().describe('Redis. Unset: an embedded one is started.'),
  LOG_LEVEL: z.enum(logLevels).default('info').describe('The least urgent line that is written.'),
  DEMO_PORT: port.default(8080).describe('First port of the demo; it uses this one and the two above it.'),
  DEMO_DIR: z.string().optional().describe('Folder of the demo\'s data.'),
  DEMO_JSON: z.string().optional().describe('File that the demo writes its addresses, people and tokens to, once ready.'),
  SCAIWAVE_URL: z.url({ protocol: /^https?$/ }).optional().describe('Base URL of a tenant, for `scaiwave peers`, `deliveries` and `explain`.'),
  SCAIWAVE_TOKEN: z.string().optional().describe('Bearer token of an admin of that tenant.'),
  ...providerFields,
  SCAIWAVE_TEST_MODE: flag.describe('Permits the settings that only tests may use.'),
  CLOCK_OFFSET_FILE: z.string().optional().describe('File with the milliseconds by which all processes move their clocks. Test mode only.'),
} as const;

const bothOrNeither: Rule<typeof cliFields> = (env) =>
  env.DATABASE_URL !== undefined && env.DATABASE_FLEET_URL === undefined ? 'DATABASE_FLEET_URL must be set when DATABASE_URL is.' : null;

/** @throws ConfigError with all problems at once */
export function parseCliConfig(env: Env) {
  const parsed = parseEnv(cliFields, env, [clockMovesInTestsOnly, bothOrNeither, providerIsWholeOrAbsent]);
  const config = {
    logLevel: parsed.LOG_LEVEL,
    demoPort: parsed.DEMO_PORT,
    demoDir: parsed.DEMO_DIR,
    demoJson: parsed.DEMO_JSON,
    isTestMode: parsed.SCAIWAVE_TEST_MODE,
    clockOffsetFile: parsed.CLOCK_OFFSET_FILE,
    serverUrl: parsed.SCAIWAVE_URL,
    provider: providerConfig(parsed),
    cacheDir: cacheFolder(env),
  };
  const secrets = {
    databaseUrl: parsed.DATABASE_URL,
    databaseFleetUrl: parsed.DATABASE_FLEET_URL,
    databaseOwnerUrl: parsed.DATABASE_OWNER_URL,
    redisUrl: parsed.REDIS_URL,
    adminToken: parsed.SCAIWAVE_TOKEN,
  };
  return { config, secrets };
}

export type CliConfig = ReturnType<typeof parseCliConfig>['config'];
export type CliSecrets = ReturnType<typeof parseCliConfig>['secrets'];
