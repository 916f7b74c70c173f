import { DESCRIPTOR_JWS_TYPE, decodeCompactJws, type CompactJws } from '../event-jws.js';
import { descriptorSchema, type Descriptor, type KeyState, type VerifyKey } from '../descriptor.js';
import { firstIssue } from '../event-content.js';
import type { Kid } from '../ids.js';
import { ENDPOINTS, LIMITS, PROTOCOL_VERSION, type EndpointName } from '../limits.js';
import { parseJsonBytes } from '../send-request.js';
import { isJsonObject, jsonDepthOf, parseStrictJson } from '../strict-json.js';
import { signDescriptorJws, verifyJws } from './event-signature.js';
import { importPublicKey, type ImportedPublicKey, type SigningKey } from './signing-keys.js';

export interface DescriptorFields {
  readonly serverName: string;
  /** Every key that is or was published, the active one among them. */
  readonly keys: readonly { kid: string; public_key: string; state: KeyState; valid_from: number | null; valid_until: number | null }[];
  /** Milliseconds; at most 24 h ahead. */
  readonly validUntil: number;
  /** Optional endpoints that this server serves, beside the four that every server does. */
  readonly endpoints?: readonly EndpointName[];
}

const FIXED_ENDPOINTS: readonly EndpointName[] = ['send', 'profile', 'members', 'backfill'];

/**
 * The descriptor's JSON text without `jws`: what the JWS signs.
 * @throws TypeError unless exactly one key is active
 */
export function buildDescriptorText({ serverName, keys, validUntil, endpoints = [] }: DescriptorFields): string {
  const [active, ...others] = keys.filter((key) => key.state === 'active');
  if (!active || others.length > 0) throw new TypeError('a descriptor has exactly one active key');
  const names = [...FIXED_ENDPOINTS, ...endpoints.filter((name) => !FIXED_ENDPOINTS.includes(name))];
  return JSON.stringify({
    server_name: serverName,
    public_key: active.public_key,
    protocol_versions: [PROTOCOL_VERSION],
    endpoints: Object.fromEntries(names.map((name) => [name, ENDPOINTS[name]])),
    keys: keys.map(({ kid, public_key, state, valid_from, valid_until }) => ({ kid, public_key, state, valid_from, valid_until })),
    valid_until: validUntil,
  });
}

/** The document as served: the text with `jws`, one per key, all over the same bytes. First the active key, then the previous one. */
export function signDescriptor(text: string, keys: readonly Pick<SigningKey, 'kid' | 'privateKey'>[]): string {
  const jws = keys.map((key) => signDescriptorJws(text, key));
  return `${text.slice(0, -1)},"jws":${JSON.stringify(jws)}}`;
}

/** Why a 200 is no descriptor. Only `expired` can pass by itself: it is answered like a server that cannot be had now. */
export type DescriptorReason = 'too_large' | 'not_json' | 'shape' | 'other_name' | 'bad_key' | 'bad_jws' | 'expired';
export interface PublishedKey extends VerifyKey {
  readonly imported: ImportedPublicKey;
}
export type ParsedDescriptor =
  | {
      ok: true;
      descriptor: Descriptor;
      keys: readonly PublishedKey[];
      /** Kids of the keys whose `jws` over this document verified: the ones that vouch for it. */
      vouchedBy: readonly Kid[];
      /** Until when it may be cached, in milliseconds. */
      cacheUntil: number;
      /** The bytes to keep and to parse again: as served. */
      text: string;
    }
  | { ok: false; reason: DescriptorReason; detail: string };

/** Parses a 200 answer of the well-known path. Where there is a `jws`, only its payload counts. */
export function parseDescriptor(bytes: Uint8Array, expected: { serverName: string; nowMs: number }): ParsedDescriptor {
  const signed = readDocument(bytes);
  if ('ok' in signed) return signed; // size, JSON, one payload in all jws
  const shape = descriptorSchema.safeParse(signed.value);
  if (!shape.success) return refuse(isEmptyKey(signed.value) ? 'bad_key' : 'shape', firstIssue(shape.error));
  const descriptor = shape.data;
  if (descriptor.server_name !== expected.serverName) return refuse('other_name', descriptor.server_name);
  const keys = importKeys(descriptor);
  if (typeof keys === 'string') return refuse('bad_key', keys); // kids, low order, one active key
  const vouchedBy = verifyAll(signed.jws, keys);
  if (vouchedBy === null) return refuse('bad_jws', 'a jws does not verify under an active or retiring key, or the active key has none');
  const until = descriptor.valid_until ?? expected.nowMs + LIMITS.descriptorDefaultCacheMs;
  if (until + LIMITS.clockDriftMs < expected.nowMs) return refuse('expired', `valid until ${until}`);
  const cacheUntil = Math.min(until, expected.nowMs + LIMITS.descriptorValidityMs);
  return { ok: true, descriptor, keys, vouchedBy, cacheUntil, text: Buffer.from(bytes).toString('utf8') };
}

interface SignedValue {
  readonly jws: readonly CompactJws[];
  readonly value: Record<string, unknown>;
}
function readDocument(bytes: Uint8Array): Refused | SignedValue {
  if (bytes.length > LIMITS.descriptorBytes) return refuse('too_large', 'over 64 KiB');
  if (jsonDepthOf(bytes, LIMITS.jsonDepth) > LIMITS.jsonDepth) return refuse('not_json', 'nested too deep');
  const json = parseJsonBytes(bytes);
  if (!json || !isJsonObject(json.value)) return refuse('not_json', 'no JSON object');
  return 'jws' in json.value ? readSigned(json.value['jws']) : { jws: [], value: json.value };
}

type Refused = Extract<ParsedDescriptor, { ok: false }>;
function refuse(reason: DescriptorReason, detail: string): Refused {
  return { ok: false, reason, detail };
}

/** All `jws` carry the same payload bytes; that payload is the descriptor. */
function readSigned(list: unknown): Refused | SignedValue {
  if (!Array.isArray(list) || list.length === 0 || list.length > 16) return refuse('bad_jws', 'jws is no list of 1 to 16');
  const jws: CompactJws[] = [];
  for (const item of list) {
    const decoded = decodeCompactJws(item, DESCRIPTOR_JWS_TYPE);
    if (!decoded.ok) return refuse('bad_jws', decoded.reason);
    jws.push(decoded.jws);
  }
  const text = jws[0]?.payloadText ?? '';
  if (jws.some((one) => one.payloadText !== text)) return refuse('bad_jws', 'the payloads differ');
  const json = parseStrictJson(text);
  if (!json.ok || !isJsonObject(json.value)) return refuse('not_json', 'the signed payload is no JSON object');
  return { jws, value: json.value };
}

function isEmptyKey(value: Record<string, unknown>): boolean {
  return typeof value['public_key'] === 'string' && importPublicKey(value['public_key']) === null;
}

/** The published keys, ready to verify with. A peer that knows only the fixed fields has one active key. */
function importKeys(descriptor: Descriptor): PublishedKey[] | string {
  const main = importPublicKey(descriptor.public_key);
  if (!main) return 'public_key is empty or of low order';
  if (!descriptor.keys) return [{ kid: main.kid, public_key: descriptor.public_key, state: 'active', imported: main }];
  const keys: PublishedKey[] = [];
  for (const key of descriptor.keys) {
    const imported = importPublicKey(key.public_key);
    if (!imported || imported.kid !== key.kid) return `${key.kid} is not the kid of its key`;
    keys.push({ ...key, imported });
  }
  if (new Set(keys.map((key) => key.kid)).size !== keys.length) return 'a kid is listed twice';
  const active = keys.filter((key) => key.state === 'active');
  if (active.length !== 1 || active[0]?.public_key !== descriptor.public_key) return 'public_key is not the one active key';
  return keys;
}

/** Kids that vouch; null when one `jws` does not verify or, where there are any, none is by the active key. */
function verifyAll(list: readonly CompactJws[], keys: readonly PublishedKey[]): Kid[] | null {
  const vouchers: Kid[] = [];
  for (const jws of list) {
    const key = keys.find(({ kid, state }) => kid === jws.kid && (state === 'active' || state === 'retiring'));
    if (!key || !verifyJws(jws, key.imported.key)) return null;
    vouchers.push(key.kid);
  }
  const isSignedByActive = keys.some((key) => key.state === 'active' && vouchers.includes(key.kid));
  return list.length === 0 || isSignedByActive ? vouchers : null;
}
