import { z } from 'zod';
import { integer } from './fields.js';
import { parseEnv, type Rule } from './parse-config.js';
import type { Env } from './read-env.js';
import { clockMovesInTestsOnly, serverConfig, serverFields, serverSecrets } from './server-settings.js';

export const workerFields = {
  ...serverFields,
  KEYRING_DIR: z.string().describe('Folder with the private signing keys. Only workers have it.'),
  KEYRING_PASSPHRASE_FILE: z.string().optional().describe('File with the passphrase that the key files are encrypted with.'),
  POOL: z.string().regex(/^[a-z0-9-]{1,63}$/, 'must be 1 to 63 lower-case letters, digits or -').default('shared').describe('The tenants that this worker serves: those with the same pool.'),
  WORKER_CONCURRENCY: integer(1, 500).default(16).describe('Wake-ups that are taken up at the same time. What they start goes on beside them, so that a peer that does not answer keeps nobody waiting.'),
  SWEEP_INTERVAL_MS: integer(10, 600_000).default(1_000).describe('How often due work is looked for, whatever wake-ups were lost.'),
  DRAIN_SLICE_MS: integer(10, 60_000).default(2_000).describe('Longest time that one worker goes on with one peer; where more waits, any worker of the pool may then take it up.'),
  BACKOFF_INITIAL_MS: integer(1, 600_000).default(1_000).describe('Wait after the first failure; the resource of a tenant may ask for a longer one.'),
  BACKOFF_MAX_MS: integer(1, 86_400_000).default(60_000).describe('Wait between two probes of a peer that has been down for half an hour; the resource of a tenant may ask for a shorter one.'),
  GIVE_UP_AFTER_MS: integer(1, 30 * 86_400_000).default(86_400_000).describe('Age at which an undelivered event counts as failed.'),
} as const;

const firstBackoffIsShortest: Rule<typeof workerFields> = ({ BACKOFF_INITIAL_MS: first, BACKOFF_MAX_MS: longest }) =>
  first !== undefined && longest !== undefined && first > longest ? 'BACKOFF_INITIAL_MS must not be more than BACKOFF_MAX_MS.' : null;

/** @throws ConfigError with all problems at once */
export function parseWorkerConfig(env: Env) {
  const parsed = parseEnv(workerFields, env, [clockMovesInTestsOnly, firstBackoffIsShortest]);
  const config = {
    ...serverConfig(parsed),
    keyringDir: parsed.KEYRING_DIR,
    keyringPassphraseFile: parsed.KEYRING_PASSPHRASE_FILE,
    pool: parsed.POOL,
    concurrency: parsed.WORKER_CONCURRENCY,
    sweepIntervalMs: parsed.SWEEP_INTERVAL_MS,
    drainSliceMs: parsed.DRAIN_SLICE_MS,
    backoffInitialMs: parsed.BACKOFF_INITIAL_MS,
    backoffMaxMs: parsed.BACKOFF_MAX_MS,
    giveUpAfterMs: parsed.GIVE_UP_AFTER_MS,
  };
  return { config, secrets: serverSecrets(parsed) };
}

export type WorkerConfig = ReturnType<typeof parseWorkerConfig>['config'];
export type WorkerSecrets = ReturnType<typeof parseWorkerConfig>['secrets'];
