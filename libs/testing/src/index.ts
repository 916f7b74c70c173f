/**
 * What tests stand on: databases, Redis, an OpenID issuer, whole servers and a fake peer, all of them real processes or sockets.
 * Not for: anything that ships. Read first: network.ts.
 */
export * from './installation.js';
export * from './until.js';
export * from './network.js';
export * from './person.js';
export * from './fake-peer.js';
export * from './peer-signer.js';
export * from './database.js';
export * from './redis.js';
export * from './own-backends.js';
export * from './test-issuer.js';
export * from './api-client.js';
export * from './wire.js';
export * from './cluster/control-plane.js';
export * from './cluster/apiserver-proxy.js';
export * from './cluster/kubectl.js';
export * from './cluster/helm.js';
export * from './cluster/export-schemas.js';
export * from './cluster/foreign-kinds.js';
export * from './cluster/process-kubelet.js';
