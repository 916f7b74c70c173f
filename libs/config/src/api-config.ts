import { z } from 'zod';
import { integer, list, port } from './fields.js';
import { hostAndPort } from './egress-guard.js';
import { parseEnv } from './parse-config.js';
import type { Env } from './read-env.js';
import { providerConfig, providerFields, providerIsWholeOrAbsent } from './provider-settings.js';
import { clockMovesInTestsOnly, serverConfig, serverFields, serverSecrets } from './server-settings.js';

export const apiFields = {
  ...serverFields,
  HTTP_HOST: z.string().default('127.0.0.1').describe('Address that the API listens on.'),
  HTTP_PORT: port.default(3000).describe('Port that the API listens on; 0 takes a free one.'),
  WEB_DIST: z.string().optional().describe('Folder of the built web app; without it only the API is served.'),
  OIDC_SECRETS_DIR: z.string().optional().describe('Folder with the OpenID client secret of each tenant that has one, in a file named after its server_name (`_` for `:`). Read at each login.'),
  PUBLIC_SCHEME: z.enum(['http', 'https']).default('https').describe('How users reach this server; http only for local names.'),
  TRUST_PROXY: integer(0, 10).default(0).describe('How many proxies in front of us are believed about the client address.'),
  INBOUND_REQUESTS_PER_SECOND: integer(1, 100_000).default(500).describe('Requests that one peer may send to one tenant.'),
  INBOUND_EVENTS_PER_SECOND: integer(1, 1_000_000).default(20_000).describe('Events that one peer may send to one tenant.'),
  ...providerFields,
  MEDIA_QUOTA_USER_BYTES: integer(1, 999_999_999_999_999).default(1_073_741_824).describe('Bytes of files that one person may keep.'),
  FORBID_EGRESS_EXCEPT: list.optional().describe('host:port list; when set (even to a single comma), every other outbound connection but Postgres and Redis throws.'),
} as const;

/** @throws ConfigError with all problems at once */
export function parseApiConfig(env: Env) {
  const parsed = parseEnv(apiFields, env, [clockMovesInTestsOnly, providerIsWholeOrAbsent]);
  const secrets = serverSecrets(parsed);
  const config = {
    ...serverConfig(parsed),
    httpHost: parsed.HTTP_HOST,
    httpPort: parsed.HTTP_PORT,
    webDist: parsed.WEB_DIST,
    oidcSecretsDir: parsed.OIDC_SECRETS_DIR,
    publicScheme: parsed.PUBLIC_SCHEME,
    trustedProxies: parsed.TRUST_PROXY,
    inboundRequestsPerSecond: parsed.INBOUND_REQUESTS_PER_SECOND,
    inboundEventsPerSecond: parsed.INBOUND_EVENTS_PER_SECOND,
    provider: providerConfig(parsed),
    mediaQuotaUserBytes: parsed.MEDIA_QUOTA_USER_BYTES,
    /** `host:port` of all that the API may connect to, or null when nothing is forbidden. */
    egressAllowed: parsed.FORBID_EGRESS_EXCEPT && [
      hostAndPort(secrets.databaseUrl.reveal(), 5432),
      hostAndPort(secrets.databaseFleetUrl.reveal(), 5432),
      hostAndPort(secrets.redisUrl.reveal(), 6379),
      ...parsed.FORBID_EGRESS_EXCEPT,
    ],
  };
  return { config, secrets };
}

export type ApiConfig = ReturnType<typeof parseApiConfig>['config'];
export type ApiSecrets = ReturnType<typeof parseApiConfig>['secrets'];
