/**
 * The API: client API, streams, the web app, and the endpoints that other servers call.
 * Holds no private key, and opens connections to Postgres, Redis and its tenants' OpenID issuers only.
 * Read first: app.module.ts; then rooms/ for the client side, federation/ for the other servers' side.
 */
import 'reflect-metadata';
import { configOrExit, parseApiConfig, readEnv } from '@scaiwave/config';
import { startApi } from './start-api.js';

const { config, secrets } = configOrExit(() => parseApiConfig(readEnv()));
const stop = new AbortController();
const starting = startApi(config, secrets, stop.signal);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
stop.signal.addEventListener('abort', () => {
  // A start that is given up has nothing that would need to be ended in order.
  starting.then((api) => api.close(), () => undefined).then(() => process.exit(0), () => process.exit(1));
});
await starting.catch((error: unknown) => {
  if (!stop.signal.aborted) throw error;
});
