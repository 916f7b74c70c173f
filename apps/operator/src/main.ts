/**
 * The operator: makes signing keys, policy, peers, workers and ways in what `Tenant` and `Peer` resources say, and their status what is.
 * Serves nothing but its health and metrics. All it knows is in the cluster and in Postgres; it can be killed at any time.
 * Read first: watches.ts (what makes whom look again), then tenant/tenant.reconcile.ts.
 */
import 'reflect-metadata';
import { configOrExit, parseOperatorConfig, readEnv } from '@scaiwave/config';
import { startOperator } from './start-operator.js';

const { config, secrets } = configOrExit(() => parseOperatorConfig(readEnv()));
await startOperator(config, secrets);
