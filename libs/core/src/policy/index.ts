export * from './change-policy.js';
export * from './peering-rules.js';
export * from './policy.module.js';
export * from './policy.store.js';
