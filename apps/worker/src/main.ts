/**
 * The worker: signs, delivers, and fetches from other servers. The only process with private keys.
 * Serves nothing but its health. All it does is found in Postgres; Redis only says when to look.
 * Read first: worker.module.ts, then start-worker.ts; the work itself is libs/core/src/lanes.
 */
import 'reflect-metadata';
import { configOrExit, parseWorkerConfig, readEnv } from '@scaiwave/config';
import { startWorker } from './start-worker.js';

const { config, secrets } = configOrExit(() => parseWorkerConfig(readEnv()));
await startWorker(config, secrets);
