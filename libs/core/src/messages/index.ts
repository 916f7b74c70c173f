export * from './edit-message.js';
export * from './messages.module.js';
export * from './post-message.js';
export * from './react-to-message.js';
export * from './redact-message.js';
