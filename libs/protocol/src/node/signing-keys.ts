import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { publicKeySchema } from '../descriptor.js';
import type { Kid } from '../ids.js';
import { kidOf } from './hashing.js';

/** DER heads of a raw 32-byte Ed25519 key (RFC 8410): PKCS #8 for the seed, SPKI for the public key. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

export interface SigningKey {
  readonly kid: Kid;
  /** Raw 32 bytes. */
  readonly publicKey: Buffer;
  readonly privateKey: KeyObject;
  /** The 32-byte private seed (RFC 8032 §5.1.5). Secret. */
  readonly seed: Buffer;
}

/** A key that verifies, with the KeyObject made once. */
export interface ImportedPublicKey {
  readonly kid: Kid;
  readonly raw: Buffer;
  readonly key: KeyObject;
}

/** A new key from the operating system's random source. */
export function generateSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return signingKeyFromSeed(privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32));
}

/** @throws TypeError unless `seed` has 32 bytes */
export function signingKeyFromSeed(seed: Uint8Array): SigningKey {
  if (seed.length !== 32) throw new TypeError('an Ed25519 seed has 32 bytes');
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { kid: kidOf(publicKey), publicKey: Buffer.from(publicKey), privateKey, seed: Buffer.from(seed) };
}

/** `ed25519:` + base64 with padding of the raw 32 bytes. */
export function formatPublicKey(raw: Uint8Array): string {
  return `ed25519:${Buffer.from(raw).toString('base64')}`;
}

/**
 * Points of order 1, 2, 4 and 8 (RFC 7748 §6 calls for care with them): under such a key a signature can hold for many messages.
 * Bit 255 is the sign of x and left out of the comparison. Other spellings of these points have y ≥ p and are refused as such.
 */
const LOW_ORDER = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

function isWeak(raw: Buffer): boolean {
  const y = Buffer.from(raw);
  y[31] = (y[31] ?? 0) & 0x7f;
  const isBeyondP = y[31] === 0x7f && (y[0] ?? 0) >= 0xed && y.subarray(1, 31).every((byte) => byte === 0xff);
  return isBeyondP || LOW_ORDER.has(y.toString('hex'));
}

/** A published key ready to verify with; null if it is empty, not of the form, or of low order. */
export function importPublicKey(text: string): ImportedPublicKey | null {
  if (!publicKeySchema.safeParse(text).success) return null;
  const raw = Buffer.from(text.slice('ed25519:'.length), 'base64');
  if (isWeak(raw)) return null;
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  return { kid: kidOf(raw), raw, key };
}
