import type { Tenant } from '../kinds.js';
import { judgeKeys, type KeyFindings } from './judge-keys.js';

const tenant: Tenant = { apiVersion: '', kind: 'Tenant', metadata: { name: 'acme' }, spec: { serverName: 'acme.example', auth: { oidc: { issuer: '', clientId: '' } } } };
const sound: KeyFindings = { active: 'ed25519:AAAAAAAAAA', tampered: [], missing: [], standing: null, imported: null, backupProblem: null };

test.each<[string, Partial<KeyFindings>, object]>([
  ['all is well', {}, { status: 'True', reason: 'KeysReady' }],
  ['the only key is still to be imported', { active: null, imported: { key: null, problem: 'the Secret old-key is not there', isThere: false } as never }, { status: 'False', reason: 'WaitingForImport', message: expect.stringContaining('old-key') }],
  ['a Secret was edited', { tampered: ['the Secret a does not hold the key that was put into it'] }, { status: 'False', reason: 'SecretTampered' }],
  ['a Secret is gone, and nobody has published the key in its place', { missing: [{ secretName: 'a' }] }, { status: 'False', reason: 'SecretMissing' }],
  ['what was to be imported is no key, beside one that signs', { imported: { key: null, problem: 'the Secret old-key holds no seed', isThere: true } as never }, { status: 'False', reason: 'ImportInvalid', message: 'the Secret old-key holds no seed.' }],
  ['nothing could be sealed', { backupProblem: 'the recovery key is no X25519 public key' }, { status: 'False', reason: 'BackupFailed', message: 'the recovery key is no X25519 public key.' }],
])('when %s', (_what, found, expected) => {
  expect(judgeKeys(tenant, { ...sound, ...found })).toMatchObject({ type: 'KeysReady', ...expected });
});
