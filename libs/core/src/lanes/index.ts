export * from './control-event.store.js';
export * from './control-lane.js';
export * from './control-lane.module.js';
