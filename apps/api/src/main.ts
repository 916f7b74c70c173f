/**
 * The API: client API, streams, the web app, and the endpoints that other servers call.
 * Holds no private key, and opens connections to Postgres, Redis and its tenants' OpenID issuers only.
 * Read first: app.module.ts; then rooms/ for the client side, federation/ for the other servers' side.
 */
import 'reflect-metadata';
import { configOrExit, forbidEgressExcept, parseApiConfig, readEnv } from '@scaiwave/config';
import { startApi } from './start-api.js';

const { config, secrets } = configOrExit(() => parseApiConfig(readEnv()));
if (config.egressAllowed) forbidEgressExcept(config.egressAllowed);
await startApi(config, secrets);
