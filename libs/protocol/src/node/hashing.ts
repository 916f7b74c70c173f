import { createHash } from 'node:crypto';
import type { Kid } from '../ids.js';

/** SHA-256, 32 raw bytes. A string is hashed as UTF-8. */
export function sha256(bytes: Uint8Array | string): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** `content_sha256` of an event: base64url of the hash of exactly these UTF-8 bytes, 43 characters. */
export function contentSha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64url');
}

/** `ed25519:` + the first 10 characters of base64url(SHA-256(raw public key)). */
export function kidOf(rawPublicKey: Uint8Array): Kid {
  return `ed25519:${sha256(rawPublicKey).toString('base64url').slice(0, 10)}` as Kid;
}

/** `SHA256:` + base64 without padding of SHA-256(raw public key): what people compare and pin. */
export function fingerprintOf(rawPublicKey: Uint8Array): string {
  return `SHA256:${sha256(rawPublicKey).toString('base64').replace(/=+$/, '')}`;
}

/** chain_0 of a room: SHA-256 of the ASCII room_id. */
export function chainStart(roomId: string): Buffer {
  return sha256(roomId);
}

/** chain_n = SHA-256(chain_{n-1} ‖ SHA-256(payload_n)), both raw 32 bytes. */
export function chainNext(previous: Uint8Array, payloadSha256: Uint8Array): Buffer {
  return createHash('sha256').update(previous).update(payloadSha256).digest();
}
