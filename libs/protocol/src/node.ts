// The second entry of the protocol library: signing, verifying and hashing with node:crypto. Synchronous and pure (no clock, no I/O);
// keys are node KeyObjects, made once and kept by the caller. Everything else of the protocol is the first entry, `@scaiwave/protocol`.
export * from './node/hashing.js';
export * from './node/signing-keys.js';
export * from './node/event-signature.js';
export * from './node/read-event.js';
export * from './node/request-target.js';
export * from './node/request-signing.js';
export * from './node/request-verifying.js';
export * from './node/descriptor-document.js';
