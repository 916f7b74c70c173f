import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateCheckedKey, generateRecoveryKey, listPublicKeys, sealKeyBackup, type KeyEntry, type RecoveryKey } from '@scaiwave/core';
import sodium from 'libsodium-wrappers';
import { makeRecoveryKey, openBackup } from './backup-command.js';

describe('backups of keys', () => {
  let dir: string;
  let recovery: RecoveryKey;
  const file = (name: string): string => join(dir, name);
  const newEntry = (): KeyEntry => {
    const { kid, publicKey, seed } = generateCheckedKey();
    return { kid, public_key: publicKey.toString('base64url'), seed: seed.toString('base64url'), state: 'active', valid_from: '2026-01-01T00:00:00.000Z' };
  };
  // As `kubectl get secret -l … -o yaml` writes them, only as JSON.
  const writeSecrets = (keys: KeyEntry[]): void => writeFileSync(file('backups.json'), JSON.stringify({
    apiVersion: 'v1', kind: 'List', items: keys.map((key) => ({ apiVersion: 'v1', kind: 'Secret', data: { sealed_box: Buffer.from(sealKeyBackup('acme.example', key, recovery.publicKey)).toString('base64') } })),
  }));
  beforeEach(async () => {
    await sodium.ready;
    dir = mkdtempSync(join(tmpdir(), 'backup-'));
    recovery = generateRecoveryKey();
    writeFileSync(file('recovery'), `${recovery.privateKey}\n`);
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('a recovery key lies in a file that only its owner reads, and is never overwritten', async () => {
    await makeRecoveryKey(file('new'));
    expect(statSync(file('new')).mode & 0o777).toBe(0o600);
    const before = readFileSync(file('new'), 'utf8');
    await expect(makeRecoveryKey(file('new'))).rejects.toThrow(/never overwritten/);
    expect(readFileSync(file('new'), 'utf8')).toBe(before);
  });

  it('one of several is chosen by its kid, and becomes a Secret to import', async () => {
    const [one, other] = [newEntry(), newEntry()];
    writeSecrets([one, other]);
    const open = (kid?: string): Promise<void> => openBackup(file('backups.json'), { recoveryKeyFile: file('recovery'), secret: file('secret.json'), ...(kid !== undefined && { kid }) });
    await expect(open()).rejects.toThrow(`${one.kid} (acme.example, since 2026-01-01T00:00:00.000Z), ${other.kid}`);
    await open(other.kid);
    expect(JSON.parse(readFileSync(file('secret.json'), 'utf8'))).toMatchObject({ kind: 'Secret', metadata: { name: 'imported-acme-example' }, stringData: { seed: other.seed } });
    expect(statSync(file('secret.json')).mode & 0o777).toBe(0o600);
  });

  it('goes back into a data folder without a key of that tenant, once', async () => {
    const key = newEntry();
    writeFileSync(file('backup.json'), JSON.stringify({ sealed_box: sealKeyBackup('acme.example', key, recovery.publicKey) }));
    const open = (): Promise<void> => openBackup(file('backup.json'), { recoveryKeyFile: file('recovery'), data: dir });
    await open();
    expect(await listPublicKeys({ dir: join(dir, 'keyring'), passphrase: null })).toMatchObject([{ serverName: 'acme.example', key: { kid: key.kid, state: 'active' } }]);
    await expect(open()).rejects.toThrow(/nothing was changed/);
  });

  it('the wrong recovery key, no backup and no place are said', async () => {
    writeSecrets([newEntry()]);
    writeFileSync(file('recovery'), generateRecoveryKey().privateKey);
    await expect(openBackup(file('backups.json'), { recoveryKeyFile: file('recovery'), data: dir })).rejects.toThrow(/does not open/);
    await expect(openBackup(file('backups.json'), { recoveryKeyFile: file('recovery') })).rejects.toThrow(/say where/);
    writeFileSync(file('empty.yaml'), 'kind: Secret\n');
    await expect(openBackup(file('empty.yaml'), { recoveryKeyFile: file('recovery'), data: dir })).rejects.toThrow(/no sealed backup/);
    await expect(openBackup(file('none'), { recoveryKeyFile: file('recovery'), data: dir })).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });
});
