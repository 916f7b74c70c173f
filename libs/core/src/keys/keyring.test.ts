import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseServerName, type TenantId } from '@scaiwave/protocol';
import { signingKeyFromSeed } from '@scaiwave/protocol/node';
import { generateCheckedKey } from './generate-checked-key.js';
import { ensureEncrypted, ensureFirstKey, ensureKeyringFolder } from './keyring-folder.js';
import { Keyring } from './keyring.js';

const acme = { id: '0198c000-0000-7000-8000-000000000001' as TenantId, serverName: parseServerName('acme.localhost') };
const ported = { id: '0198c000-0000-7000-8000-000000000002' as TenantId, serverName: parseServerName('globex.localhost:9999') };
const now = new Date('2026-01-01T00:00:00Z');

describe('the keyring', () => {
  let dir: string;
  beforeEach(() => {
    dir = join(mkdtempSync(join(tmpdir(), 'keyring-')), 'keyring');
    ensureKeyringFolder(dir);
  });
  afterEach(() => rmSync(join(dir, '..'), { recursive: true, force: true }));

  it('gives a tenant one key, only for us to read, and leaves it there', async () => {
    const kid = await ensureFirstKey({ dir, passphrase: null }, acme.serverName, now);
    expect(await ensureFirstKey({ dir, passphrase: null }, acme.serverName, now)).toBeNull();
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'acme.localhost.json')).mode & 0o777).toBe(0o600);
    const keyring = await Keyring.load({ dir, passphrase: null });
    expect(keyring.activeKey(acme).kid).toBe(kid);
    expect(keyring.listPublicKeys(acme)).toMatchObject([{ kid, state: 'active', validFrom: now, validUntil: null }]);
  });

  it('takes other people’s permissions away from files that it finds', () => {
    writeFileSync(join(dir, 'x.json'), '{}', { mode: 0o644 });
    ensureKeyringFolder(dir);
    expect(statSync(join(dir, 'x.json')).mode & 0o777).toBe(0o600);
  });

  it('keeps a name with a port in a file name that a Secret may have, too', async () => {
    await ensureFirstKey({ dir, passphrase: null }, ported.serverName, now);
    expect(readdirSync(dir)).toEqual(['globex.localhost_9999.json']);
    expect((await Keyring.load({ dir, passphrase: null })).hasActiveKey(ported)).toBe(true);
  });

  it('shows no seed in an encrypted file and opens it with its passphrase only', async () => {
    const place = { dir, passphrase: 'correct horse' };
    await ensureFirstKey(place, acme.serverName, now);
    const text = readFileSync(join(dir, 'acme.localhost.json'), 'utf8');
    expect(text).not.toMatch(/seed|acme/);
    const keyring = await Keyring.load(place);
    expect(keyring.hasActiveKey(acme)).toBe(true);
    await expect(Keyring.load({ dir, passphrase: 'wrong' })).rejects.toThrow(/acme.localhost.json cannot be used: the passphrase does not open it/);
    await expect(Keyring.load({ dir, passphrase: null })).rejects.toThrow(/it is encrypted; give its passphrase/);
  });

  it('encrypts files that were made before there was a passphrase, once', async () => {
    await ensureFirstKey({ dir, passphrase: null }, acme.serverName, now);
    const place = { dir, passphrase: 'correct horse' };
    expect(await ensureEncrypted(place)).toEqual(['acme.localhost.json']);
    expect(await ensureEncrypted(place)).toEqual([]);
    expect(readFileSync(join(dir, 'acme.localhost.json'), 'utf8')).not.toContain('seed');
    expect((await Keyring.load(place)).hasActiveKey(acme)).toBe(true);
  });

  it('never overwrites a file that it cannot read', async () => {
    writeFileSync(join(dir, 'acme.localhost.json'), '{"version":1,"keys":');
    await expect(ensureFirstKey({ dir, passphrase: null }, acme.serverName, now)).rejects.toThrow(/it is not JSON/);
    expect(readFileSync(join(dir, 'acme.localhost.json'), 'utf8')).toBe('{"version":1,"keys":');
  });

  it('picks up new and removed files, and keeps the last good keys of one that breaks', async () => {
    const place = { dir, passphrase: null };
    const keyring = await Keyring.load(place);
    await ensureFirstKey(place, acme.serverName, now);
    expect(await keyring.refresh()).toEqual({ changed: [acme.serverName], problems: [] });
    expect(await keyring.refresh()).toEqual({ changed: [], problems: [] });
    const good = readFileSync(join(dir, 'acme.localhost.json'), 'utf8');
    writeFileSync(join(dir, 'acme.localhost.json'), 'broken');
    expect((await keyring.refresh()).problems).toHaveLength(1);
    expect((await keyring.refresh()).problems).toHaveLength(0);
    expect(keyring.hasActiveKey(acme)).toBe(true);
    writeFileSync(join(dir, 'acme.localhost.json'), good);
    expect((await keyring.refresh()).changed).toEqual([acme.serverName]);
    rmSync(join(dir, 'acme.localhost.json'));
    expect((await keyring.refresh()).changed).toEqual([acme.serverName]);
    expect(keyring.hasActiveKey(acme)).toBe(false);
    expect(() => keyring.activeKey(acme)).toThrow(/no signing key for acme.localhost/);
  });

  it('refuses a file whose key is not the one that its kid names', async () => {
    const place = { dir, passphrase: null };
    await ensureFirstKey(place, acme.serverName, now);
    const file = join(dir, 'acme.localhost.json');
    const other = generateCheckedKey();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"seed": "[^"]+"/, `"seed": "${other.seed.toString('base64url')}"`));
    await expect(Keyring.load(place)).rejects.toThrow(/is damaged/);
  });

  it('ignores folders and dot files, as a mounted Secret has them', async () => {
    mkdirSync(join(dir, '..data'));
    writeFileSync(join(dir, '.acme.localhost.json.new'), 'half');
    expect((await (await Keyring.load({ dir, passphrase: null })).refresh()).problems).toEqual([]);
  });
});

describe('making a key', () => {
  it('gives another key each time', () => {
    const kids = new Set(Array.from({ length: 200 }, () => generateCheckedKey().kid));
    expect(kids.size).toBe(200);
  });

  it.each([
    ['a constant', () => signingKeyFromSeed(Buffer.alloc(32, 7))],
    ['a few bytes repeated', () => signingKeyFromSeed(Buffer.from('abcdabcdabcdabcdabcdabcdabcdabcd'))],
    ['a public key of another seed', () => ({ ...signingKeyFromSeed(Buffer.from('0123456789abcdefghijklmnopqrstuv')), kid: 'ed25519:AAAAAAAAAA' as never })],
  ])('refuses %s as a seed', (_, generate) => {
    expect(() => generateCheckedKey(generate)).toThrow(/random number generator/);
  });
});
