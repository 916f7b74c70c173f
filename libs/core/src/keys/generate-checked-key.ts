import { createPublicKey, randomBytes, sign, verify } from 'node:crypto';
import { formatPublicKey, generateSigningKey, importPublicKey, signingKeyFromSeed, type SigningKey } from '@scaiwave/protocol/node';

/** A generator that fails gives constants long before it gives anything subtle: CVE-2026-24044 shipped such keys. */
const MIN_DISTINCT_BYTES = 12;

/**
 * A new key from the operating system's random source, checked before anybody stores it: rebuilt from its seed it must be
 * the same key, and what it signs must verify under the public part as peers will read it.
 * @throws Error when the check fails
 */
export function generateCheckedKey(generate: () => SigningKey = generateSigningKey): SigningKey {
  const key = generate();
  const rebuilt = signingKeyFromSeed(key.seed);
  const published = importPublicKey(formatPublicKey(key.publicKey));
  const challenge = randomBytes(32);
  const signature = sign(null, challenge, key.privateKey);
  const isSound = rebuilt.kid === key.kid && published?.kid === key.kid
    && verify(null, challenge, published.key, signature) && verify(null, challenge, createPublicKey(rebuilt.privateKey), signature);
  if (!isSound || new Set(key.seed).size < MIN_DISTINCT_BYTES) throw new Error('The random number generator of this machine gave an unusable key; nothing was stored.');
  return key;
}
