export * from './read-stream.js';
export * from './stream-cursor.js';
export * from './stream.module.js';
export { StreamStore, type Reader, type StreamQuery } from './stream.store.js';
