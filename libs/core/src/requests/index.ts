export * from './peer-request.store.js';
export * from './peer-requests.js';
export * from './greet-peers.js';
export * from './requests.module.js';
