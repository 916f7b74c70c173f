import { createPrivateKey } from 'node:crypto';
import { generateCheckedKey, type NewKey } from '@scaiwave/core/resources';
import { signingKeyFromSeed } from '@scaiwave/protocol/node';
import type { KubeClient } from '../kube/kube-client.js';
import { SECRET, type Secret, type Tenant } from '../kinds.js';

/** A key to adopt; a problem says what is to be done about its Secret. */
export type ImportedKey = { key: NewKey; problem: null } | { key: null; problem: string; isThere: boolean } | null;

/** The key in the Secret that `spec.signing.importSecretRef` names: `seed` (32 bytes, raw or as text) or `private.pem` (PKCS #8). */
export async function readImport(client: KubeClient, tenant: Tenant): Promise<ImportedKey> {
  const name = tenant.spec.signing?.importSecretRef?.name;
  if (name === undefined) return null;
  const secret = await client.find<Secret>(SECRET, `${tenant.metadata.namespace}/${name}`);
  if (secret === null) return { key: null, problem: `the Secret ${name} with the key to adopt is not there`, isThere: false };
  const seed = findSeed(secret);
  if (seed === null) return { key: null, problem: `the Secret ${name} holds no Ed25519 key: give its 32-byte seed as "seed" or a PKCS #8 file as "private.pem"`, isThere: true };
  try {
    return { key: generateCheckedKey(() => signingKeyFromSeed(seed)), problem: null };
  } catch {
    return { key: null, problem: `the key in the Secret ${name} is not random; nobody may sign with it`, isThere: true };
  }
}

function findSeed({ data = {} }: Secret): Buffer | null {
  if (data.seed !== undefined) return readSeed(Buffer.from(data.seed, 'base64'));
  const pem = data['private.pem'];
  if (pem === undefined) return null;
  try {
    const key = createPrivateKey(Buffer.from(pem, 'base64'));
    return key.asymmetricKeyType === 'ed25519' ? key.export({ format: 'der', type: 'pkcs8' }).subarray(-32) : null;
  } catch {
    return null;
  }
}

function readSeed(bytes: Buffer): Buffer | null {
  if (bytes.length === 32) return bytes;
  const text = bytes.toString('utf8').trim();
  return /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : null;
}
