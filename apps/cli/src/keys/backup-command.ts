import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureKeyringFolder, generateRecoveryKey, KeyringError, openKeyBackup, readPassphrase, readTenantKeys, writeTenantKeys, type KeyBackup } from '@scaiwave/core';
import { signingKeyFromSeed } from '@scaiwave/protocol/node';
import sodium from 'libsodium-wrappers';
import { parseAllDocuments } from 'yaml';
import { StartProblem } from '../start-problem.js';

export interface OpenBackupFlags {
  recoveryKeyFile: string;
  kid?: string;
  secret?: string;
  data?: string;
  passphraseFile?: string;
}

/** `scaiwave keys recovery-key <file>`: the private part goes into the file, the public one is printed. */
export async function makeRecoveryKey(file: string): Promise<void> {
  await sodium.ready;
  const { publicKey, privateKey } = generateRecoveryKey();
  const path = resolve(file);
  if (existsSync(path)) throw new StartProblem(`${path} is there already; a recovery key is never overwritten`);
  writeFileSync(path, `${privateKey}\n`, { mode: 0o600, flag: 'wx' });
  process.stdout.write(`${publicKey}\n`);
  process.stderr.write(`scaiwave: the private part is in ${path}: keep it away from the cluster. The line above goes into spec.signing.backup.recoveryPublicKey.\n`);
}

/** `scaiwave keys open-backup <file>`: a sealed backup becomes a Secret to import, or a key of a data folder. The private part is never printed. */
export async function openBackup(file: string, flags: OpenBackupFlags): Promise<void> {
  await sodium.ready;
  if ((flags.secret === undefined) === (flags.data === undefined)) throw new StartProblem('say where the key shall go: --secret <file> for a cluster, or --data <dir> for scaiwave up');
  try {
    const backup = choose(readBoxes(file).map((box) => openKeyBackup(box, readText(flags.recoveryKeyFile))), flags.kid);
    const place = flags.secret === undefined ? await putIntoFolder(backup, flags) : writeSecret(backup, resolve(flags.secret));
    process.stderr.write(`scaiwave: the key ${backup.kid} of ${backup.server_name} is in ${place}\n`);
  } catch (error) {
    throw error instanceof KeyringError ? new StartProblem(error.message) : error;
  }
}

function choose(backups: KeyBackup[], kid: string | undefined): KeyBackup {
  const found = kid === undefined ? backups : backups.filter((backup) => backup.kid === kid);
  const [only, ...others] = found;
  if (only === undefined) throw new StartProblem(kid === undefined ? 'there is no sealed backup in that file' : `there is no backup of ${kid} in that file`);
  if (others.length > 0) throw new StartProblem(`there are several; choose with --kid: ${found.map((backup) => `${backup.kid} (${backup.server_name}, since ${backup.valid_from})`).join(', ')}`);
  return only;
}

/** The sealed boxes in a file: Secrets as kubectl writes them (one, several, a List), or a backup of `scaiwave up`. */
function readBoxes(file: string): string[] {
  const documents = parseAllDocuments(readText(file)).map((document) => document.toJS() as Document | null);
  return documents.flatMap((document) => document?.items ?? [document]).flatMap((one) => {
    if (typeof one?.sealed_box === 'string') return [one.sealed_box];
    const inSecret = one?.data?.sealed_box;
    return inSecret === undefined ? [] : [Buffer.from(inSecret, 'base64').toString('utf8')];
  });
}

interface Document {
  items?: Document[];
  sealed_box?: string;
  data?: { sealed_box?: string };
}

function writeSecret({ kid, seed, server_name: serverName }: KeyBackup, path: string): string {
  const name = `imported-${serverName.replaceAll(/[^a-z0-9]+/g, '-')}`.slice(0, 63).replace(/-$/, '');
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name, annotations: { 'federation.scaiwave.io/kid': kid } }, stringData: { seed } };
  writeFileSync(path, `${JSON.stringify(secret, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return `${path}, a Secret named ${name}: apply it in the Tenant's namespace and name it in spec.signing.importSecretRef`;
}

async function putIntoFolder({ kid, seed, server_name: serverName, valid_from: validFrom }: KeyBackup, { data, passphraseFile }: OpenBackupFlags): Promise<string> {
  const dir = join(resolve(data ?? ''), 'keyring');
  ensureKeyringFolder(dir);
  const place = { dir, passphrase: passphraseFile === undefined ? null : readPassphrase(passphraseFile) };
  const present = await readTenantKeys(place, serverName);
  if (present.keys.some((key) => key.kid === kid || key.state === 'active')) throw new StartProblem(`${dir} has a key of ${serverName} that signs, or had this one; nothing was changed`);
  const publicKey = signingKeyFromSeed(Buffer.from(seed, 'base64url')).publicKey.toString('base64url');
  await writeTenantKeys(place, { ...present, keys: [...present.keys, { kid, public_key: publicKey, seed, state: 'active', valid_from: validFrom }] });
  return dir;
}

function readText(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch (error) {
    throw new StartProblem(`${resolve(file)} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
  }
}
