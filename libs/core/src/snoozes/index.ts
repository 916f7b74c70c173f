export * from './remind.sweep.js';
export * from './snooze.store.js';
export * from './snoozes.js';
export * from './snoozes.module.js';
