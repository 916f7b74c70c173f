// The protocol of ScaiWave federation: names, wire shapes, and the rules that need nothing but what they are given.
// Pure and browser-safe: no clock, no I/O, no node modules. Signing, verifying and hashing are the second entry, `@scaiwave/protocol/node`.
// Not here: storage, ordering of lanes, retries. Read first: events.ts (the table of types), authority.ts (who may say what), then
// docs/protocol.md, which says the same for people who write a peer.
export * from './ids.js';
export * from './errors.js';
export * from './error-body.js';
export * from './limits.js';
export * from './base64url.js';
export * from './strict-json.js';
export * from './events.js';
export * from './event-content.js';
export * from './event-payload.js';
export * from './event-jws.js';
export * from './sender.js';
export * from './authority.js';
export * from './power.js';
export * from './invitation.js';
export * from './send-request.js';
export * from './lane-entry.js';
export * from './ephemeral.js';
export * from './responses.js';
export * from './descriptor.js';
export * from './policy.js';
export * from './peering.js';
