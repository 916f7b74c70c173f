export type { Segment } from './build-snippet.js';
export * from './index-messages.js';
export * from './search-messages.js';
export * from './search.module.js';
export * from './search.sweep.js';
