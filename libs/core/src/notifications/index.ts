export { isQuiet, isTimezone } from './is-quiet.js';
export * from './notification.store.js';
export * from './notifications.module.js';
export * from './notify.js';
export * from './notify-of-messages.js';
