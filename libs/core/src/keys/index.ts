export { encodeKeyringFile, KeyringError, type KeyEntry, type TenantKeys } from './keyring-file.js';
export { ensureEncrypted, ensureFirstKey, ensureKeyringFolder, keyringFileName, buildActiveKey, readPassphrase, type KeyringPlace } from './keyring-folder.js';
export * from './generate-checked-key.js';
export * from './keyring.js';
export * from './descriptor.store.js';
export * from './find-descriptor.js';
export * from './publish-descriptor.js';
export * from './keys.module.js';
