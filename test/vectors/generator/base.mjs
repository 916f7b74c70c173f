// Everything here is written against RFCs and docs/protocol.md with node:crypto alone, not with our library:
// vectors that the library made itself would agree with its mistakes.
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

export const NOW = 1_763_850_000_000;
export const ROOM = '01900000-0000-7000-8000-0000000000a1';
export const OTHER_ROOM = '01900000-0000-7000-8000-0000000000a2';
export const INVITE = '01900000-0000-7000-8000-0000000000b1';
export const CALL = '01900000-0000-7000-8000-0000000000c1';
/** Ids of the events, by number. */
export const eventId = (n) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
export const b64u = (bytes) => Buffer.from(bytes).toString('base64url');

function key(byte) {
  const seed = Buffer.alloc(32, byte);
  const privateKey = createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' });
  const raw = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
  return { seed, privateKey, raw, public_key: `ed25519:${raw.toString('base64')}`, kid: `ed25519:${b64u(sha256(raw)).slice(0, 10)}` };
}
export const KEYS = { alpha: key(1), beta: key(2), gamma: key(3), alpha_retired: key(4), alpha_retiring: key(5), alpha_next: key(6), alpha_revoked: key(7) };

export const signBytes = (text, by) => sign(null, Buffer.from(text, 'latin1'), by.privateKey);

/** Compact JWS over any payload text, with any header text, so that wrong ones can be made too. */
export function jws(payload, { by = KEYS.alpha, typ = 'swp+jws', header } = {}) {
  const input = `${b64u(header ?? JSON.stringify({ alg: 'Ed25519', kid: by.kid, typ }))}.${b64u(payload)}`;
  return `${input}.${b64u(sign(null, Buffer.from(input), by.privateKey))}`;
}

const ORIGIN_KEYS = { 'alpha.test': KEYS.alpha, 'beta.test': KEYS.beta, 'gamma.test': KEYS.gamma };
export const keyOf = (origin) => ORIGIN_KEYS[origin];

/** Fields in the order of the wire; absent ones are left out. */
export function payloadOf({ id, type, room_id, origin, sender, origin_ts }, content, more = {}) {
  return JSON.stringify({ id, type, room_id: room_id ?? undefined, origin, sender, origin_ts, content_sha256: b64u(sha256(content)), ...more });
}
