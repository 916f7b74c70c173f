/**
 * The rules and use cases of ScaiWave federation, one folder per feature.
 * Not for: HTTP, wire formats (libs/protocol), connections (libs/database, libs/redis).
 * Read first: messages/post-message.ts (outbound), inbox/ (inbound), lanes/drain-peer.ts (delivery).
 */
export * from './tenants/index.js';
export * from './keys/index.js';
export * from './participants/index.js';
export * from './policy/index.js';
export * from './peers/index.js';
export * from './rooms/index.js';
export * from './events/index.js';
export * from './messages/index.js';
export * from './media/index.js';
export * from './members/index.js';
export * from './invitations/index.js';
export * from './ephemerals/index.js';
export * from './lanes/index.js';
export * from './inbox/index.js';
export * from './requests/index.js';
export * from './notifications/index.js';
export * from './stream/index.js';
export * from './search/index.js';
export * from './snoozes/index.js';
export * from './audit/index.js';
