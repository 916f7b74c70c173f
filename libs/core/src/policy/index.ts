export * from './change-policy.js';
export * from './peer-standing.js';
export * from './peering-rules.js';
export * from './policy.module.js';
export * from './policy.store.js';
