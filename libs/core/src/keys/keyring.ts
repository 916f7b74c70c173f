import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyState, Kid, ServerName } from '@scaiwave/protocol';
import { kidOf, signingKeyFromSeed, type SigningKey } from '@scaiwave/protocol/node';
import type { TenantContext } from '../tenants/index.js';
import { KeyringError, type KeyEntry, type TenantKeys } from './keyring-file.js';
import { listKeyringFiles, readKeyringFile, type KeyringPlace } from './keyring-folder.js';

/** What may be published about a key. */
export interface PublicKeyEntry {
  kid: Kid;
  /** Raw 32 bytes. */
  publicKey: Buffer;
  state: KeyState;
  validFrom: Date;
  validUntil: Date | null;
}

interface LoadedTenant {
  stamp: string;
  /** The active key first, then those that retire: both sign the descriptor. */
  signers: SigningKey[];
  published: PublicKeyEntry[];
  /** kids that are to sign next and whose private part is here */
  coming: Kid[];
}

function loadEntry(entry: KeyEntry, file: string): { key: SigningKey | null; published: PublicKeyEntry } {
  const publicKey = Buffer.from(entry.public_key, 'base64url');
  const key = entry.seed === undefined ? null : signingKeyFromSeed(Buffer.from(entry.seed, 'base64url'));
  if (kidOf(publicKey) !== entry.kid || (key && key.kid !== entry.kid)) throw new KeyringError(`${file}: the key ${entry.kid} is damaged; restore the file from a backup`);
  const published = {
    kid: entry.kid, publicKey, state: entry.state,
    validFrom: new Date(entry.valid_from), validUntil: entry.valid_until === undefined ? null : new Date(entry.valid_until),
  };
  return { key, published };
}

function loadTenant(file: string, stamp: string, keys: TenantKeys): LoadedTenant {
  const entries = keys.keys.map((entry) => loadEntry(entry, file));
  const inState = (state: KeyState): SigningKey[] => entries.filter((e) => e.published.state === state).flatMap((e) => e.key ?? []);
  const active = inState('active');
  if (active.length > 1) throw new KeyringError(`${file} has ${active.length} active keys; exactly one may sign`);
  return { stamp, signers: active.length === 1 ? [...active, ...inState('retiring')] : [], published: entries.map((e) => e.published), coming: inState('next').map(({ kid }) => kid) };
}

/**
 * The private keys of the tenants that this worker serves, read from a folder and held in memory.
 * Only workers load one. The folder may change at any time (`refresh`), also by a symlink swap as Kubernetes does it.
 */
export class Keyring {
  private readonly tenants = new Map<ServerName, LoadedTenant>();
  private readonly files = new Map<string, ServerName>();
  private readonly failed = new Map<string, string>();

  private constructor(private readonly place: KeyringPlace) {}

  /** @throws KeyringError when a file cannot be used: a worker does not start with half of its keys */
  static async load(place: KeyringPlace): Promise<Keyring> {
    const keyring = new Keyring(place);
    const { problems } = await keyring.refresh();
    if (problems.length > 0) throw new KeyringError(problems.join('; '));
    return keyring;
  }

  /**
   * The key that signs for a tenant now.
   * @throws KeyringError when the keyring has none
   */
  activeKey(tenant: TenantContext): SigningKey {
    const [active] = this.descriptorSigners(tenant);
    if (!active) throw new KeyringError(`no signing key for ${tenant.serverName} in ${this.place.dir}`);
    return active;
  }

  hasActiveKey(tenant: TenantContext): boolean {
    return this.descriptorSigners(tenant).length > 0;
  }

  /** The keys that sign the descriptor: the active one first, then those that retire. */
  descriptorSigners(tenant: TenantContext): SigningKey[] {
    return this.tenants.get(tenant.serverName)?.signers ?? [];
  }

  /** The public parts of all keys of a tenant, retired ones too, oldest first. */
  listPublicKeys(tenant: TenantContext): PublicKeyEntry[] {
    return this.tenants.get(tenant.serverName)?.published ?? [];
  }

  /** Of all tenants, the keys that are to sign next and are loaded here. */
  listComingKids(): Kid[] {
    return [...this.tenants.values()].flatMap(({ coming }) => coming).toSorted();
  }

  /**
   * Reads what changed since the last time. A file that has become unreadable keeps its last good keys and is named in `problems`.
   * @returns the server_names whose keys changed
   */
  async refresh(): Promise<{ changed: ServerName[]; problems: string[] }> {
    const changed: ServerName[] = [];
    const problems: string[] = [];
    const names = listKeyringFiles(this.place.dir);
    for (const file of names) {
      const { mtimeMs, size, ino } = statSync(join(this.place.dir, file));
      const stamp = `${ino}:${size}:${mtimeMs}`;
      const known = this.files.get(file);
      if (known !== undefined && this.tenants.get(known)?.stamp === stamp) continue;
      // Reading a broken encrypted file again costs 0.2 s of Argon2 each time: once per content is enough.
      if (this.failed.get(file) === stamp) continue;
      const loaded = await this.readOne(file, stamp);
      if ('problem' in loaded) problems.push(loaded.problem);
      else changed.push(loaded.serverName);
    }
    for (const [file, serverName] of this.files) {
      if (names.includes(file)) continue;
      this.files.delete(file);
      this.tenants.delete(serverName);
      changed.push(serverName);
    }
    return { changed, problems };
  }

  private async readOne(file: string, stamp: string): Promise<{ serverName: ServerName } | { problem: string }> {
    try {
      const keys = await readKeyringFile(this.place, file);
      this.tenants.set(keys.server_name, loadTenant(file, stamp, keys));
      this.files.set(file, keys.server_name);
      this.failed.delete(file);
      return { serverName: keys.server_name };
    } catch (error) {
      if (!(error instanceof KeyringError)) throw error;
      this.failed.set(file, stamp);
      return { problem: error.message };
    }
  }
}

/**
 * The public parts of every key in a keyring folder, for people to look at.
 * @throws KeyringError when a file cannot be used
 */
export async function listPublicKeys(place: KeyringPlace): Promise<{ serverName: ServerName; key: PublicKeyEntry }[]> {
  const files = await Promise.all(listKeyringFiles(place.dir).map(async (file) => ({ file, keys: await readKeyringFile(place, file) })));
  return files.flatMap(({ file, keys }) => loadTenant(file, '', keys).published.map((key) => ({ serverName: keys.server_name, key })));
}
