import type { ProviderConfig } from '@scaiwave/config';

/** Addresses that API and worker share. */
export interface Backends {
  databaseUrl: string;
  databaseFleetUrl: string;
  redisUrl: string;
  redisPrefix: string;
}

/** What both children are told about this machine. */
export interface CommonSettings {
  logLevel: string;
  allowsLocalhostPeers: boolean;
  isTestMode: boolean;
  clockOffsetFile: string | null;
  /** PEM file with certificate authorities to trust beside the public ones (Node's NODE_EXTRA_CA_CERTS). */
  extraCaFile: string | null;
}

export interface ApiSettings {
  host: string;
  port: number;
  healthPort: number;
  publicScheme: 'http' | 'https';
  webDist: string | null;
  /** `host:port` of what the API may reach beside its backends; null = not restricted. */
  egress: string[] | null;
  /** null = there is no provider's view */
  provider: ProviderConfig | null;
}

export interface WorkerSettings {
  healthPort: number;
  keyringDir: string;
  passphraseFile: string | null;
}

function buildCommon(backends: Backends, common: CommonSettings, healthPort: number): Record<string, string> {
  return {
    DATABASE_URL: backends.databaseUrl,
    DATABASE_FLEET_URL: backends.databaseFleetUrl,
    REDIS_URL: backends.redisUrl,
    REDIS_PREFIX: backends.redisPrefix,
    HEALTH_PORT: String(healthPort),
    LOG_LEVEL: common.logLevel,
    ALLOW_LOCALHOST_PEERS: common.allowsLocalhostPeers ? '1' : '0',
    ...(common.extraCaFile !== null && { NODE_EXTRA_CA_CERTS: common.extraCaFile }),
    ...(common.isTestMode && { SCAIWAVE_TEST_MODE: '1' }),
    ...(common.clockOffsetFile !== null && { CLOCK_OFFSET_FILE: common.clockOffsetFile }),
  };
}

/** The whole environment of the API: it never learns where the keyring is. */
export function buildApiEnv(backends: Backends, common: CommonSettings, api: ApiSettings): Record<string, string> {
  return {
    ...buildCommon(backends, common, api.healthPort),
    HTTP_HOST: api.host,
    HTTP_PORT: String(api.port),
    PUBLIC_SCHEME: api.publicScheme,
    ...(api.webDist !== null && { WEB_DIST: api.webDist }),
    ...(api.provider !== null && {
      PROVIDER_HOST: api.provider.host, PROVIDER_OIDC_ISSUER: api.provider.issuer, PROVIDER_OIDC_CLIENT_ID: api.provider.clientId, PROVIDER_ROLES: api.provider.roles.join(','),
      ...(api.provider.secretFile !== null && { PROVIDER_OIDC_SECRET_FILE: api.provider.secretFile }),
    }),
    // A single comma is an empty list: everything but the backends is forbidden.
    ...(api.egress !== null && { FORBID_EGRESS_EXCEPT: api.egress.join(',') || ',' }),
  };
}

/** The whole environment of the worker, the only process that is told where the private keys are. */
export function buildWorkerEnv(backends: Backends, common: CommonSettings, worker: WorkerSettings): Record<string, string> {
  return {
    ...buildCommon(backends, common, worker.healthPort),
    KEYRING_DIR: worker.keyringDir,
    ...(worker.passphraseFile !== null && { KEYRING_PASSPHRASE_FILE: worker.passphraseFile }),
  };
}
