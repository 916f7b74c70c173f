/** Reasons of the condition KeysReady and of the Events about keys, as people and their alerts read them. */
export const KEY_REASONS = {
  ready: 'KeysReady',
  tampered: 'SecretTampered',
  missing: 'SecretMissing',
  waitingForImport: 'WaitingForImport',
  importInvalid: 'ImportInvalid',
  backupFailed: 'BackupFailed',
  generated: 'KeyGenerated',
  adopted: 'KeyAdopted',
  promoted: 'KeyPromoted',
  retiring: 'KeyRetiring',
  retired: 'KeyRetired',
  revoked: 'KeyRevoked',
} as const;
