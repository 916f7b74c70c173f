export * from './add-local-member.js';
export * from './change-membership.js';
export * from './member-row.js';
export * from './member.store.js';
export * from './members.module.js';
export * from './set-own-settings.js';
export * from './set-power.js';
