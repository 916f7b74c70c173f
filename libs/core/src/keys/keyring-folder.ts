import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerName } from '@scaiwave/protocol';
import sodium from 'libsodium-wrappers';
import { generateCheckedKey } from './generate-checked-key.js';
import { decodeKeyringFile, encodeKeyringFile, isEncrypted, KeyringError, type KeyEntry, type TenantKeys } from './keyring-file.js';

/** Where the private keys lie, and what opens them. */
export interface KeyringPlace {
  /** Folder with one file per tenant. */
  dir: string;
  /** Contents of the passphrase file without its last line break; null = files are not encrypted. */
  passphrase: string | null;
}

/** A Secret's keys may not contain a colon, so neither do our file names. */
export function keyringFileName(serverName: string): string {
  return `${serverName.replace(':', '_')}.json`;
}

/** Names of the keyring's files. @throws when the folder is missing or closed to us */
export function listKeyringFiles(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort();
}

/**
 * Reads and decrypts one file.
 * @throws KeyringError naming the file when it cannot be used
 */
export async function readKeyringFile(place: KeyringPlace, file: string): Promise<TenantKeys> {
  await sodium.ready;
  try {
    return decodeKeyringFile(readFileSync(join(place.dir, file), 'utf8'), place.passphrase);
  } catch (error) {
    if (error instanceof KeyringError) throw new KeyringError(`${join(place.dir, file)} cannot be used: ${error.message}`);
    throw error;
  }
}

/** Written beside and renamed: a crash or a full disk in the middle leaves the old keys in place. */
function writeKeyringFile(place: KeyringPlace, file: string, text: string): void {
  const temporary = join(place.dir, `.${file}.new`);
  const fd = openSync(temporary, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(temporary, join(place.dir, file));
  const folder = openSync(place.dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * The keys of a tenant; none when it has no file.
 * @throws KeyringError when the file exists and cannot be read: it is never overwritten then
 */
export async function readTenantKeys(place: KeyringPlace, serverName: ServerName): Promise<TenantKeys> {
  const file = keyringFileName(serverName);
  return listKeyringFiles(place.dir).includes(file) ? readKeyringFile(place, file) : { version: 1, server_name: serverName, keys: [] };
}

/** All at once or not at all. */
export async function writeTenantKeys(place: KeyringPlace, keys: TenantKeys): Promise<void> {
  await sodium.ready;
  writeKeyringFile(place, keyringFileName(keys.server_name), encodeKeyringFile(keys, place.passphrase));
}

/** A new key that signs from now on. */
function buildActiveKey(now: Date): KeyEntry {
  const { kid, publicKey, seed } = generateCheckedKey();
  return { kid, public_key: publicKey.toString('base64url'), seed: seed.toString('base64url'), state: 'active', valid_from: now.toISOString() };
}

/** Makes the folder (0700) and takes other people's permissions away from what is in it. */
export function ensureKeyringFolder(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  for (const file of listKeyringFiles(dir)) {
    if (statSync(join(dir, file)).mode & 0o077) chmodSync(join(dir, file), 0o600);
  }
}

/**
 * Gives a tenant its first signing key; a tenant that has an active key is left as it is.
 * @returns the kid that was made, or null when nothing was written
 * @throws KeyringError when the tenant's file exists and cannot be read: it is never overwritten
 */
export async function ensureFirstKey(place: KeyringPlace, serverName: ServerName, now: Date): Promise<string | null> {
  const present = await readTenantKeys(place, serverName);
  if (present.keys.some((key) => key.state === 'active')) return null;
  const entry = buildActiveKey(now);
  await writeTenantKeys(place, { ...present, keys: [...present.keys, entry] });
  return entry.kid;
}

/**
 * Encrypts key files that were made before there was a passphrase.
 * @returns the names of the files that were rewritten
 */
export async function ensureEncrypted(place: KeyringPlace): Promise<string[]> {
  if (place.passphrase === null) return [];
  const rewritten: string[] = [];
  for (const file of listKeyringFiles(place.dir)) {
    const keys = await readKeyringFile(place, file);
    if (isEncrypted(readFileSync(join(place.dir, file), 'utf8'))) continue;
    writeKeyringFile(place, file, encodeKeyringFile(keys, place.passphrase));
    rewritten.push(file);
  }
  return rewritten;
}

/**
 * The passphrase in a file, without its last line break.
 * @throws KeyringError when the file cannot be read or is empty
 */
export function readPassphrase(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new KeyringError(`the passphrase file ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
  if (text === '') throw new KeyringError(`the passphrase file ${file} is empty`);
  return text;
}
