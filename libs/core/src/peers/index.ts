export * from './peer-row.js';
export * from './peer.store.js';
export * from './peer-directory.js';
export * from './peer-health.js';
export * from './refetch-limit.js';
export * from './peers.module.js';
