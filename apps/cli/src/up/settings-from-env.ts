import { readEnv, type CliConfig, type CliSecrets } from '@scaiwave/config';
import type { CommonSettings } from './child-env.js';
import type { GivenBackends } from './start-backends.js';

/** The servers that the environment names. */
export function givenBackends(secrets: CliSecrets, redisPrefix: string): GivenBackends {
  return {
    databaseUrl: secrets.databaseUrl?.reveal() ?? null,
    databaseFleetUrl: secrets.databaseFleetUrl?.reveal() ?? null,
    ownerUrl: secrets.databaseOwnerUrl?.reveal() ?? null,
    redisUrl: secrets.redisUrl?.reveal() ?? null,
    redisPrefix,
  };
}

/** What API and worker are told from the environment of this process. */
export function commonSettings(config: CliConfig, allowsLocalhostPeers: boolean): CommonSettings {
  return {
    logLevel: config.logLevel, allowsLocalhostPeers, isTestMode: config.isTestMode,
    clockOffsetFile: config.clockOffsetFile ?? null,
    extraCaFile: readEnv()['NODE_EXTRA_CA_CERTS'] ?? null,
  };
}
