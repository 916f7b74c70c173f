import { sign, verify, type KeyObject } from 'node:crypto';
import { DESCRIPTOR_JWS_TYPE, EVENT_JWS_TYPE, JWS_ALGORITHM, type CompactJws, type DecodedEvent } from '../event-jws.js';
import type { SigningKey } from './signing-keys.js';
import { contentSha256 } from './hashing.js';

type Signer = Pick<SigningKey, 'kid' | 'privateKey'>;

function signCompact(payloadText: string, key: Signer, typ: string): string {
  const header = Buffer.from(JSON.stringify({ alg: JWS_ALGORITHM, kid: key.kid, typ })).toString('base64url');
  const signingInput = `${header}.${Buffer.from(payloadText).toString('base64url')}`;
  return `${signingInput}.${sign(null, Buffer.from(signingInput), key.privateKey).toString('base64url')}`;
}

/** Signs an event's payload text as a compact JWS (RFC 7515, algorithm of RFC 9864). Made once, then stored and relayed as it is. */
export function signJws(payloadText: string, key: Signer): string {
  return signCompact(payloadText, key, EVENT_JWS_TYPE);
}

/** The JWS over a descriptor's text. */
export function signDescriptorJws(payloadText: string, key: Signer): string {
  return signCompact(payloadText, key, DESCRIPTOR_JWS_TYPE);
}

/** Does this signature hold under this key? The caller has chosen the key by `kid` with decideVerifyKey. */
export function verifyJws(decoded: Pick<CompactJws, 'signingInput' | 'signature'>, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(decoded.signingInput), publicKey, decoded.signature);
}

/** Is this the content that the event was signed over? */
export function matchesContent(decoded: Pick<DecodedEvent, 'payload'>, contentText: string): boolean {
  return contentSha256(contentText) === decoded.payload.content_sha256;
}
