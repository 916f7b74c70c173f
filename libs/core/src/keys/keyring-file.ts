import { argon2Sync, randomBytes } from 'node:crypto';
import { keyStateSchema, kidSchema, serverNameSchema } from '@scaiwave/protocol';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';

/** One key of a tenant's keyring file. Times are ISO 8601 UTC. */
const keyEntrySchema = z.strictObject({
  kid: kidSchema,
  /** base64url of the raw 32 bytes. */
  public_key: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** base64url of the 32-byte seed; gone once the key is retired. */
  seed: z.string().regex(/^[A-Za-z0-9_-]{43}$/).optional(),
  state: keyStateSchema,
  valid_from: z.iso.datetime(),
  valid_until: z.iso.datetime().optional(),
});
export type KeyEntry = z.infer<typeof keyEntrySchema>;

/** All keys of one tenant, newest last. */
const tenantKeysSchema = z.strictObject({ version: z.literal(1), server_name: serverNameSchema, keys: z.array(keyEntrySchema).max(1000) });
export type TenantKeys = z.infer<typeof tenantKeysSchema>;

const sealedSchema = z.strictObject({
  version: z.literal(1),
  /** Argon2id (RFC 9106), parallelism 1: the numbers of libsodium's crypto_pwhash. */
  kdf: z.strictObject({ name: z.literal('argon2id'), salt: z.string(), memory_kib: z.int().min(8192).max(1_048_576), passes: z.int().min(1).max(16) }),
  /** libsodium secretbox over the JSON of the keys, base64url. */
  secretbox: z.strictObject({ nonce: z.string(), box: z.string() }),
});
type Kdf = z.infer<typeof sealedSchema>['kdf'];

/** A keyring file cannot be used; the message says what to do and never shows key material. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

interface Derived { passphrase: string; kdf: Kdf; key: Uint8Array }
const derivations: Derived[] = [];

function deriveKey(passphrase: string, kdf: Kdf): Uint8Array {
  const known = derivations.find((d) => d.passphrase === passphrase && d.kdf.salt === kdf.salt && d.kdf.memory_kib === kdf.memory_kib && d.kdf.passes === kdf.passes);
  if (known) return known.key;
  const key = argon2Sync('argon2id', {
    message: Buffer.from(passphrase, 'utf8'), nonce: Buffer.from(kdf.salt, 'base64url'),
    parallelism: 1, tagLength: sodium.crypto_secretbox_KEYBYTES, memory: kdf.memory_kib, passes: kdf.passes,
  });
  derivations.push({ passphrase, kdf, key });
  return key;
}

/** All files of a keyring share one salt where possible, so that reading them derives once (0.2 s) and not once per tenant. */
function kdfFor(passphrase: string): Kdf {
  return derivations.find((d) => d.passphrase === passphrase)?.kdf
    ?? { name: 'argon2id', salt: randomBytes(16).toString('base64url'), memory_kib: 65_536, passes: 3 };
}

/** The bytes of a keyring file: JSON, encrypted when a passphrase is given. Await `sodium.ready` first. */
export function encodeKeyringFile(keys: TenantKeys, passphrase: string | null): string {
  const plain = JSON.stringify(keys, null, 2);
  if (passphrase === null) return `${plain}\n`;
  const nonce = sodium.randombytes_buf(sodium.crypto_secretbox_NONCEBYTES);
  const kdf = kdfFor(passphrase);
  const box = sodium.crypto_secretbox_easy(Buffer.from(plain, 'utf8'), nonce, deriveKey(passphrase, kdf));
  const sealed = {
    version: 1, kdf,
    secretbox: { nonce: Buffer.from(nonce).toString('base64url'), box: Buffer.from(box).toString('base64url') },
  };
  return `${JSON.stringify(sealed, null, 2)}\n`;
}

function open(sealed: z.infer<typeof sealedSchema>, passphrase: string): string {
  const nonce = Buffer.from(sealed.secretbox.nonce, 'base64url');
  try {
    return Buffer.from(sodium.crypto_secretbox_open_easy(Buffer.from(sealed.secretbox.box, 'base64url'), nonce, deriveKey(passphrase, sealed.kdf))).toString('utf8');
  } catch {
    throw new KeyringError('the passphrase does not open it; give the passphrase file with which it was made');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new KeyringError('it is not JSON; restore it from a backup');
  }
}

/** Is this a file that needs a passphrase? */
export function isEncrypted(text: string): boolean {
  return sealedSchema.safeParse(parseJson(text)).success;
}

/** @throws KeyringError when the bytes are damaged, or encrypted and the passphrase does not fit */
export function decodeKeyringFile(text: string, passphrase: string | null): TenantKeys {
  let value = parseJson(text);
  const sealed = sealedSchema.safeParse(value);
  if (sealed.success) {
    if (passphrase === null) throw new KeyringError('it is encrypted; give its passphrase with --passphrase-file');
    value = parseJson(open(sealed.data, passphrase));
  }
  const keys = tenantKeysSchema.safeParse(value);
  if (!keys.success) throw new KeyringError(`it is damaged (${keys.error.issues[0]?.path.join('.') ?? ''}); restore it from a backup`);
  return keys.data;
}
