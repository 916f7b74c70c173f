/**
 * What a running process tells and measures: its clock, ids, log lines, metrics and health.
 * Not for: deciding anything, reading the environment (libs/config).
 * Read first: clock.ts; every time and every id in the product comes from there.
 */
export * from './clock.js';
export * from './new-id.js';
export * from './logger.js';
export * from './metrics.js';
export { PEERS_BY_NAME, type DeliveryState, type PeerState, type TenantState } from './delivery-state.js';
export * from './health-server.js';
export { currentRequestId, inRequest } from './request-scope.js';
export * from './trace.js';
