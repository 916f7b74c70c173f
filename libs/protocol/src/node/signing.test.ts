import { describe, expect, test } from '@jest/globals';
import { decodeJws, buildPayloadText, type Kid } from '../index.js';
import {
  buildDescriptorText, checkRequestTime, contentSha256, fingerprintOf, formatPublicKey, generateSigningKey, importPublicKey, kidOf, parseDescriptor, parseRequestSignature, readEvent, signDescriptor, signJws,
  signRequest, signingKeyFromSeed, verifyJws, verifyRequestSignature,
} from '../node.js';

const NOW = 1_763_850_000_000;
const P = (1n << 255n) - 19n;
const mod = (n: bigint) => ((n % P) + P) % P;
const power = (base: bigint, exponent: bigint): bigint => (exponent === 0n ? 1n : mod(power(mod(base * base), exponent >> 1n) * (exponent & 1n ? base : 1n)));
const D = mod(-121_665n * power(121_666n, P - 2n));

/** y of a point's double on edwards25519 from its y alone: x² follows from the curve's equation. */
function doubled(y: bigint): bigint {
  const y2 = mod(y * y);
  const x2 = mod((y2 - 1n) * power(mod(D * y2 + 1n), P - 2n));
  return mod((y2 + x2) * power(mod(1n - D * mod(x2 * y2)), P - 2n));
}
const encode = (y: bigint) => Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse();

describe('public keys', () => {
  const low = ['0000000000000000000000000000000000000000000000000000000000000000', '0100000000000000000000000000000000000000000000000000000000000000', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'];
  test.each(low)('%s is of order 8 at most, and refused with either sign', (hex) => {
    const raw = Buffer.from(hex, 'hex');
    expect(doubled(doubled(doubled(BigInt(`0x${Buffer.from(raw).reverse().toString('hex')}`))))).toBe(1n);
    expect(importPublicKey(formatPublicKey(raw))).toBeNull();
    raw[31] = raw[31]! | 0x80;
    expect(importPublicKey(formatPublicKey(raw))).toBeNull();
  });
  test.each([0n, 1n, 5n, 18n])('the second spelling of y = %i is refused', (y) => expect(importPublicKey(formatPublicKey(encode(P + y)))).toBeNull());
  test.each(['', 'ed25519:', 'ed25519:AAAA', `ed25519:${'A'.repeat(43)}`, `rsa:${'A'.repeat(43)}=`, `ed25519:${'A'.repeat(42)}B=`])('%j is no key', (text) => expect(importPublicKey(text)).toBeNull());

  test('new ones differ, and come back from their seed', () => {
    const keys = Array.from({ length: 20 }, generateSigningKey);
    expect(new Set(keys.map((key) => key.seed.toString('hex'))).size).toBe(20);
    for (const key of keys) {
      expect(signingKeyFromSeed(key.seed)).toMatchObject({ kid: key.kid, publicKey: key.publicKey });
      expect(importPublicKey(formatPublicKey(key.publicKey))).toMatchObject({ kid: kidOf(key.publicKey), raw: key.publicKey });
    }
  });
  test('a seed has 32 bytes', () => expect(() => signingKeyFromSeed(new Uint8Array(31))).toThrow(TypeError));
  test('have a fingerprint for people', () => expect(fingerprintOf(Buffer.alloc(32))).toBe('SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU'));
});

const key = signingKeyFromSeed(Buffer.alloc(32, 1));
const other = signingKeyFromSeed(Buffer.alloc(32, 2));
const publicOf = (signer: typeof key) => importPublicKey(formatPublicKey(signer.publicKey))!.key;

describe('request signatures', () => {
  const request = { method: 'POST', target: '/x?y', origin: 'a.test', destination: 'b.test', body: Buffer.from('{}'), createdAtMs: NOW };
  const receive = (headers: Record<string, string>, more = {}) => parseRequestSignature({ ...request, headers: Object.entries(headers), ...more });

  test('hold for what was signed', () => {
    const parsed = receive(signRequest(request, key));
    if (!parsed.ok) throw new Error(parsed.reason);
    expect(parsed).toMatchObject({ origin: 'a.test', destination: 'b.test', kid: key.kid, created: NOW / 1000, expires: null });
    expect([verifyRequestSignature(parsed, publicOf(key)), verifyRequestSignature(parsed, publicOf(other))]).toEqual([true, false]);
  });
  test('have a new nonce each, of 128 random bits', () => {
    const nonces = Array.from({ length: 50 }, () => { const parsed = receive(signRequest(request, key)); return parsed.ok ? parsed.nonce : ''; });
    expect(new Set(nonces).size).toBe(50);
    expect(nonces.every((nonce) => /^[A-Za-z0-9_-]{22}$/.test(nonce))).toBe(true);
  });
  test('without a body cover no digest, and an empty body is none', () => {
    for (const body of [undefined, new Uint8Array()]) {
      const headers = signRequest({ ...request, body }, key);
      expect(headers).not.toHaveProperty('Content-Digest');
      expect(receive(headers, { body: new Uint8Array() }).ok).toBe(true);
      expect(receive(headers)).toMatchObject({ ok: false, reason: 'components' });
    }
  });
  test('name the content encoding where there is one', () => expect(signRequest({ ...request, contentEncoding: 'gzip' }, key)['Content-Encoding']).toBe('gzip'));
  test('are judged in whole seconds', () => {
    const at = (nowMs: number, expires: number | null = null) => { const time = checkRequestTime({ created: 1_000, expires }, nowMs); return time.ok ? 'ok' : time.reason; };
    expect([at(1_060_999), at(1_061_000), at(940_000), at(939_999), at(1_010_999, 1_010), at(1_011_000, 1_010)]).toEqual(['ok', 'skew', 'ok', 'skew', 'ok', 'expired']);
    expect(checkRequestTime({ created: 1_000, expires: null }, 2_000_000)).toMatchObject({ skewSeconds: -1_000 });
  });
});

describe('descriptors', () => {
  const listed = (signer: typeof key, state: 'active' | 'retiring') => ({ kid: signer.kid, public_key: formatPublicKey(signer.publicKey), state, valid_from: NOW - 1, valid_until: state === 'active' ? null : NOW + 1 });
  const fields = { serverName: 'a.test', keys: [listed(other, 'active'), listed(key, 'retiring')], validUntil: NOW + 1_000, endpoints: ['status'] as const };

  test('made here are read here, vouched for by both keys', () => {
    const text = signDescriptor(buildDescriptorText(fields), [other, key]);
    const parsed = parseDescriptor(Buffer.from(text), { serverName: 'a.test', nowMs: NOW });
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(parsed).toMatchObject({ vouchedBy: [other.kid, key.kid], cacheUntil: NOW + 1_000, text, descriptor: { server_name: 'a.test', public_key: formatPublicKey(other.publicKey), protocol_versions: ['v1'] } });
    expect(Object.keys(parsed.descriptor.endpoints)).toEqual(['send', 'profile', 'members', 'backfill', 'status']);
    expect(parsed.keys.map(({ state, imported }) => [state, imported.kid])).toEqual([['active', other.kid], ['retiring', key.kid]]);
  });
  test('have exactly one active key', () => {
    expect(() => buildDescriptorText({ ...fields, keys: [] })).toThrow(TypeError);
    expect(() => buildDescriptorText({ ...fields, keys: [listed(key, 'active'), listed(other, 'active')] })).toThrow(TypeError);
  });
  test('over 64 KiB are refused unread', () => {
    expect(parseDescriptor(Buffer.alloc(65_537, ' '), { serverName: 'a.test', nowMs: NOW })).toMatchObject({ ok: false, reason: 'too_large' });
  });
  test('may be a minute over, for clocks that differ', () => {
    const text = signDescriptor(buildDescriptorText({ ...fields, validUntil: NOW }), [other]);
    expect([NOW + 60_000, NOW + 60_001].map((nowMs) => parseDescriptor(Buffer.from(text), { serverName: 'a.test', nowMs }).ok)).toEqual([true, false]);
  });
});

describe('events', () => {
  const content = '{"msgtype":"swp.text","body":"hi"}';
  const room_id = '01900000-0000-7000-8000-0000000000a1';
  const payload = { id: '01900000-0000-7000-8000-000000000001', type: 'swp.room.message', room_id, origin: 'a.test', sender: '@x:a.test', origin_ts: NOW, content_sha256: contentSha256(content) };
  const jws = signJws(buildPayloadText(payload), key);

  test('signed here verify under this key and no other', () => {
    const decoded = decodeJws(jws);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect([decoded.kid, verifyJws(decoded, publicOf(key)), verifyJws(decoded, publicOf(other))]).toEqual([key.kid as Kid, true, false]);
  });
  test('are read with or without their content', () => {
    expect(readEvent({ jws, content, room_id })).toMatchObject({ ok: true, content: { body: 'hi' }, event: { payload } });
    expect(readEvent({ jws, room_id })).toMatchObject({ ok: true, content: null });
  });
  test('but for messages and edits never come without their content', () => {
    const redaction = { ...payload, type: 'swp.room.redaction' };
    expect(readEvent({ jws: signJws(buildPayloadText(redaction), key), room_id })).toMatchObject({ ok: false, code: 'SW_FED_EVENT_INVALID', id: payload.id });
    expect(readEvent({ jws: signJws(buildPayloadText({ ...payload, type: 'swp.room.message.edit' }), key), room_id }).ok).toBe(true);
  });
  test('of another room than their entry says are refused, by their id', () => {
    expect(readEvent({ jws, content, room_id: '01900000-0000-7000-8000-0000000000a2' })).toMatchObject({ ok: false, code: 'SW_FED_EVENT_INVALID', id: payload.id });
  });
  test('that are no text at all are refused', () => expect(readEvent({ jws: 7, content })).toMatchObject({ ok: false, code: 'SW_FED_EVENT_INVALID', id: null }));
});
