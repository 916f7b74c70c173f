export * from './notification.store.js';
export * from './notifications.module.js';
export * from './notify.js';
