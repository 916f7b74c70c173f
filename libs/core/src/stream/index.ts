export * from './read-stream.js';
export * from './stream-cursor.js';
export * from './stream.module.js';
export { StreamStore, type Reader } from './stream.store.js';
