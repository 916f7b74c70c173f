export * from './get-media.js';
export * from './media-limits.js';
export * from './media-row.js';
export * from './media.module.js';
export { MediaStore } from './media.store.js';
export * from './read-media.js';
export * from './sniff-media.js';
export * from './upload-media.js';
export { WriteMedia } from './write-media.js';
