import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  decodeJws, eventClassOf, fqidSchema, matchesServerPattern, parseEntry, parseFqid, parseSendRequest, parseServerName, serverNameSchema,
} from '@scaiwave/protocol';
import {
  chainNext, chainStart, checkRequestTime, importPublicKey, parseDescriptor, parseRequestSignature, readEvent, sha256, signJws,
  signingKeyFromSeed, verifyJws, verifyRequestSignature,
} from '@scaiwave/protocol/node';
// @ts-expect-error a plain script without types
import { buildVectorFiles } from './generate.mjs';

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const load = <T>(name: string): T => JSON.parse(read(name)) as T;
type Expect = { ok: boolean; code?: string; reason?: string };

const { keys } = load<{ keys: Record<string, { seed_hex: string; public_key: string; kid: string }> }>('keys.json');
const published = new Map(Object.values(keys).map(({ public_key }) => [importPublicKey(public_key)?.kid as string, importPublicKey(public_key)!.key]));

describe('the generated files', () => {
  test('are what the generator makes', () => {
    for (const [name, text] of Object.entries(buildVectorFiles() as Record<string, string>)) expect([name, read(name) === text]).toEqual([name, true]);
  });
});

describe('keys.json', () => {
  test.each(Object.entries(keys))('%s has its public key and kid from its seed', (_, { seed_hex, public_key, kid }) => {
    const key = signingKeyFromSeed(Buffer.from(seed_hex, 'hex'));
    expect([importPublicKey(public_key)?.raw.toString('hex'), key.kid]).toEqual([key.publicKey.toString('hex'), kid]);
  });
});

describe('names.json', () => {
  interface Names {
    server_name: { valid: string[]; invalid: string[] };
    fqid: { valid: string[]; invalid: string[] };
    pattern: { matches: [string, string][]; misses: [string, string][] };
  }
  const names = load<Names>('names.json');
  test.each(names.server_name.valid)('takes the server name %j', (name) => expect(parseServerName(name)).toBe(name));
  test.each(names.server_name.invalid)('refuses the server name %j', (name) => expect(serverNameSchema.safeParse(name).success).toBe(false));
  test.each(names.fqid.valid)('takes the FQID %j', (name) => expect(parseFqid(name)).toBe(name));
  test.each(names.fqid.invalid)('refuses the FQID %j', (name) => expect(fqidSchema.safeParse(name).success).toBe(false));
  test.each(names.fqid.invalid)('names the code for the FQID %j', (name) => expect(() => parseFqid(name)).toThrow(expect.objectContaining({ code: 'SW_FED_FQID_INVALID' })));
  test.each(names.pattern.matches)('lets %s match %s', (pattern, name) => expect(matchesServerPattern(pattern, name)).toBe(true));
  test.each(names.pattern.misses)('lets %s miss %s', (pattern, name) => expect(matchesServerPattern(pattern, name)).toBe(false));
});

interface SignedEvent { payload: string; content: string; jws: string }

/** What a receiver does with one event, given the keys of all servers: form first, then the signature. */
function receive(jws: string, content: string): { ok: boolean; code?: string } {
  const event = readEvent({ jws, content });
  if (!event.ok) return { ok: false, code: event.code };
  const key = published.get(event.event.kid);
  return key && verifyJws(event.event, key) ? { ok: true } : { ok: false, code: 'SW_FED_SIGNATURE_MISMATCH' };
}

describe('room.json', () => {
  interface Room {
    room_id: string; chain_0: string;
    events: (SignedEvent & { room_seq: number; prev_seq: number; payload_sha256: string; chain: string })[];
    lane_to_beta: Record<string, unknown>[];
    redacted: { room_id: string; jws: string; redacted_by: string }[];
  }
  const room = load<Room>('room.json');

  test('chains from the room id to the last event', () => {
    let chain = chainStart(room.room_id);
    expect(chain.toString('base64url')).toBe(room.chain_0);
    for (const event of room.events) {
      expect(sha256(event.payload).toString('base64url')).toBe(event.payload_sha256);
      chain = chainNext(chain, sha256(event.payload));
      expect(chain.toString('base64url')).toBe(event.chain);
    }
  });

  test.each(room.events)('takes event $room_seq and signs it to the same bytes', ({ jws, content, payload }) => {
    expect(receive(jws, content)).toEqual({ ok: true });
    const decoded = decodeJws(jws);
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(eventClassOf(decoded.payload.type)).toBe('room');
    const signer = Object.values(keys).find(({ kid }) => kid === decoded.kid)!;
    expect(signJws(payload, signingKeyFromSeed(Buffer.from(signer.seed_hex, 'hex')))).toBe(jws);
  });

  test('takes every entry of the lane and of the redacted events', () => {
    for (const entry of [...room.lane_to_beta, ...room.redacted]) expect(parseEntry(entry as Record<string, unknown>).ok).toBe(true);
  });

  test('lets a redacted event verify without its content', () => {
    for (const { jws, room_id } of room.redacted) expect(readEvent({ jws, room_id })).toMatchObject({ ok: true, content: null });
  });
});

describe('events.json', () => {
  const events = load<{ valid: SignedEvent[]; invalid: (SignedEvent & { name: string; expect: Expect })[] }>('events.json');
  test.each(events.valid)('takes $payload', ({ jws, content }) => expect(receive(jws, content)).toEqual({ ok: true }));
  test.each(events.invalid)('refuses: $name', ({ jws, content, expect: expected }) => expect(receive(jws, content)).toEqual(expected));
});

describe('requests.json', () => {
  interface RequestVector {
    name: string; now_ms: number; method: string; target: string; body_base64: string; headers: [string, string][]; signature_base?: string; expect: Expect;
  }
  const check = (vector: RequestVector): Expect => {
    const parsed = parseRequestSignature({ ...vector, body: Buffer.from(vector.body_base64, 'base64') });
    if (!parsed.ok) return parsed;
    const time = checkRequestTime(parsed, vector.now_ms);
    if (!time.ok) return { ok: false, code: time.code, reason: time.reason };
    if (!verifyRequestSignature(parsed, published.get(parsed.kid)!)) return { ok: false, code: 'SW_FED_SIGNATURE_MISMATCH', reason: 'signature' };
    if (vector.signature_base !== undefined) expect(parsed.base).toBe(vector.signature_base);
    return { ok: true };
  };
  test.each(load<RequestVector[]>('requests.json'))('$name', (vector) => expect(check(vector)).toEqual(vector.expect));

  test('the gzip body unpacks to the plain one', () => {
    const gzip = load<RequestVector[]>('requests.json').find(({ name }) => name.startsWith('gzip'))!;
    expect(parseSendRequest(gunzipSync(Buffer.from(gzip.body_base64, 'base64'))).ok).toBe(true);
  });
});

describe('descriptors.json', () => {
  interface DescriptorVector {
    name: string; server_name: string; now_ms: number; body: string;
    expect: { ok: boolean; reason?: string; vouched_by?: string[]; kids?: string[]; cache_until?: number };
  }
  test.each(load<DescriptorVector[]>('descriptors.json'))('$name', ({ server_name, now_ms, body, expect: expected }) => {
    const parsed = parseDescriptor(Buffer.from(body), { serverName: server_name, nowMs: now_ms });
    const seen = parsed.ok
      ? { ok: true, vouched_by: parsed.vouchedBy, kids: parsed.keys.map((key) => key.kid), cache_until: parsed.cacheUntil }
      : { ok: false, reason: parsed.reason };
    expect(seen).toEqual(expected);
  });
});

describe('batches.json', () => {
  test.each(load<{ name: string; body: string; expect: Expect & { events?: number } }[]>('batches.json'))('$name', ({ body, expect: expected }) => {
    const parsed = parseSendRequest(Buffer.from(body));
    expect(parsed.ok ? { ok: true, events: parsed.request.events.length } : { ok: false, code: parsed.code }).toEqual(expected);
  });
});

describe('entries.json', () => {
  test.each(load<{ name: string; entry: Record<string, unknown>; expect: Expect & { kind?: string; id?: string | null } }[]>('entries.json'))('$name', ({ entry, expect: expected }) => {
    const parsed = parseEntry(entry);
    expect(parsed.ok ? { ok: true, kind: parsed.entry.kind } : { ok: false, code: parsed.code, id: parsed.id }).toEqual(expected);
  });
});
