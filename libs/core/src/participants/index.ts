export * from './ensure-participant.js';
export * from './log-in.js';
export * from './participant-row.js';
export * from './preferences.js';
export * from './refresh-foreign.js';
export * from './search-abroad.js';
export * from './participant.store.js';
export * from './participants.module.js';
