import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildPayloadText, decodeJws, encodeBase64url, parseContent, parsePayload } from '../index.js';
import {
  chainNext, chainStart, checkRequestTime, contentSha256, formatPublicKey, importPublicKey, matchesContent, parseRequestSignature,
  sha256, signJws, signRequest, signingKeyFromSeed, verifyJws, verifyRequestSignature,
} from '../node.js';

interface Vectors {
  seed_hex: string; public_key: string; kid: string; room_id: string; chain_0: string;
  events: { content: string; payload: string; payload_sha256: string; jws: string; chain: string }[];
  requests: { method: string; target: string; body: string; headers: Record<string, string>; signature_base: string }[];
}
const vectors = JSON.parse(readFileSync(new URL('../../../../test/vectors/interop.json', import.meta.url), 'utf8')) as Vectors;
const key = signingKeyFromSeed(Buffer.from(vectors.seed_hex, 'hex'));
const publicKey = importPublicKey(vectors.public_key)!;

describe('the vectors of another implementation', () => {
  test('give the same public key and kid', () => {
    expect(formatPublicKey(key.publicKey)).toBe(vectors.public_key);
    expect(key.kid).toBe(vectors.kid);
    expect(publicKey.kid).toBe(vectors.kid);
  });

  test('give the same payloads, signatures and chain', () => {
    let chain = chainStart(vectors.room_id);
    expect(encodeBase64url(chain)).toBe(vectors.chain_0);
    for (const event of vectors.events) {
      const parsed = parsePayload(event.payload);
      if (!parsed.ok) throw new Error(parsed.reason);
      expect(buildPayloadText({ ...parsed.payload, content_sha256: contentSha256(event.content) })).toBe(event.payload);
      expect(signJws(event.payload, key)).toBe(event.jws);
      chain = chainNext(chain, sha256(event.payload));
      expect([sha256(event.payload).toString('base64url'), chain.toString('base64url')]).toEqual([event.payload_sha256, event.chain]);
    }
  });

  test('verify as events', () => {
    for (const event of vectors.events) {
      const decoded = decodeJws(event.jws);
      if (!decoded.ok) throw new Error(decoded.reason);
      expect(decoded.payloadText).toBe(event.payload);
      expect(verifyJws(decoded, publicKey.key)).toBe(true);
      expect(matchesContent(decoded, event.content)).toBe(true);
      expect(parseContent(decoded.payload.type, event.content).ok).toBe(true);
    }
  });

  test('give the same request headers', () => {
    for (const { method, target, body, headers } of vectors.requests) {
      const nonce = /nonce="([^"]+)"/.exec(headers['Signature-Input'] ?? '')?.[1];
      const request = { method, target, origin: 'a.test', destination: 'b.test', body: Buffer.from(body), createdAtMs: 1_763_850_000_999, nonce };
      expect(signRequest(request, key)).toEqual(headers);
    }
  });

  test('verify as requests, with the same signature base', () => {
    for (const { method, target, body, headers, signature_base } of vectors.requests) {
      const parsed = parseRequestSignature({ method, target, body: Buffer.from(body), headers: Object.entries(headers) });
      if (!parsed.ok) throw new Error(parsed.reason);
      expect(parsed.base).toBe(signature_base);
      expect(verifyRequestSignature(parsed, publicKey.key)).toBe(true);
      expect(checkRequestTime(parsed, 1_763_850_060_999)).toEqual({ ok: true });
    }
  });
});
