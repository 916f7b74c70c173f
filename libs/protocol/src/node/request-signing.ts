import { randomBytes, sign } from 'node:crypto';
import type { InnerList } from 'structured-headers';
import { serializeInnerList } from 'structured-headers';
import { sha256 } from './hashing.js';
import { buildSignatureBase } from './request-target.js';
import type { SigningKey } from './signing-keys.js';

export const SIGNATURE_LABEL = 'sw';
export const SIGNATURE_TAG = 'scaiwave-v1';
export const SIGNATURE_ALGORITHM = 'ed25519';
/** Components that every request signature covers, in the order in which we write them. */
export const SIGNED_COMPONENTS = ['@method', '@path', '@query', 'scaiwave-origin', 'scaiwave-destination'] as const;
export const DIGEST_COMPONENT = 'content-digest';

export interface RequestToSign {
  readonly method: string;
  /** Path and query exactly as they will be sent. */
  readonly target: string;
  readonly origin: string;
  readonly destination: string;
  /** Bytes as they will be sent, after content-encoding. */
  readonly body?: Uint8Array;
  readonly contentEncoding?: 'gzip';
  readonly createdAtMs: number;
  /** 16–128 characters of base64url; 96 random bits or more. Made here unless given. */
  readonly nonce?: string;
}

/** `Content-Digest` of these bytes (RFC 9530), sha-256 only. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${sha256(body).toString('base64')}:`;
}

/** The headers that make a signed request of this one (RFC 9421, label `sw`). */
export function signRequest(request: RequestToSign, key: Pick<SigningKey, 'kid' | 'privateKey'>): Record<string, string> {
  const hasBody = request.body !== undefined && request.body.length > 0;
  const headers: Record<string, string> = {
    'ScaiWave-Origin': request.origin,
    'ScaiWave-Destination': request.destination,
    ...(hasBody && { 'Content-Digest': contentDigest(request.body) }),
  };
  const components = hasBody ? [...SIGNED_COMPONENTS, DIGEST_COMPONENT] : SIGNED_COMPONENTS;
  const input: InnerList = [
    components.map((name) => [name, new Map()]),
    new Map<string, string | number>([
      ['created', Math.floor(request.createdAtMs / 1000)],
      ['nonce', request.nonce ?? randomBytes(16).toString('base64url')],
      ['keyid', key.kid],
      ['alg', SIGNATURE_ALGORITHM],
      ['tag', SIGNATURE_TAG],
    ]),
  ];
  const base = buildSignatureBase({ ...request, headers: Object.entries(headers), body: request.body ?? new Uint8Array() }, input);
  if (base === null) throw new TypeError('a request without its own components cannot be signed');
  const signature = sign(null, Buffer.from(base, 'latin1'), key.privateKey).toString('base64');
  return {
    ...headers,
    ...(request.contentEncoding && { 'Content-Encoding': request.contentEncoding }),
    'Signature-Input': `${SIGNATURE_LABEL}=${serializeInnerList(input)}`,
    Signature: `${SIGNATURE_LABEL}=:${signature}:`,
  };
}
