/**
 * What this process is given: the environment, read once and checked whole (one schema per app, `Config` and redacted
 * `Secrets` apart), and what the machine has to offer (programs, ports, folders).
 * Not for: defaults that live elsewhere (`process.env.X || 'y'` is a lint error), settings of a tenant (Postgres has them).
 * Read first: api-config.ts; then start an app with `configOrExit(() => parseApiConfig(readEnv()))`.
 */
export * from './read-env.js';
export * from './secret.js';
export { ConfigError, configOrExit } from './parse-config.js';
export * from './api-config.js';
export * from './worker-config.js';
export * from './operator-config.js';
export * from './cli-config.js';
export type { ProviderConfig } from './provider-settings.js';
export * from './egress-guard.js';
export * from './claim-folder.js';
export * from './local-process.js';
