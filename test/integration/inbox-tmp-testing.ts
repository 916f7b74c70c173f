export * from '../../libs/testing/src/database.js';
export * from '../../libs/testing/src/redis.js';
export * from '../../libs/testing/src/fake-peer.js';
export * from '../../libs/testing/src/peer-signer.js';
