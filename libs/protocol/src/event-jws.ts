import { decodeBase64url } from './base64url.js';
import { parsePayload, type EventPayload } from './event-payload.js';
import { kidSchema, type Kid } from './ids.js';
import { isJsonObject, parseStrictJson } from './strict-json.js';

export const EVENT_JWS_TYPE = 'swp+jws';
export const DESCRIPTOR_JWS_TYPE = 'swp-descriptor+jws';
/** RFC 9864: the fully specified name, not "EdDSA". */
export const JWS_ALGORITHM = 'Ed25519';

/** The three parts of a compact JWS (RFC 7515 §3.1), decoded but not verified. */
export interface CompactJws {
  readonly kid: Kid;
  readonly payloadBytes: Uint8Array;
  readonly payloadText: string;
  /** ASCII text that the signature covers: header, dot, payload, as received. */
  readonly signingInput: string;
  readonly signature: Uint8Array;
}

export type DecodedCompact = { ok: true; jws: CompactJws } | { ok: false; reason: string };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
function decodeText(bytes: Uint8Array | null | undefined): string | null {
  try {
    return bytes ? utf8.decode(bytes) : null;
  } catch {
    return null;
  }
}

/** Takes a compact JWS apart. The header must be exactly `alg`, `kid` and `typ`, with the values this protocol uses. */
export function decodeCompactJws(jws: unknown, typ: string): DecodedCompact {
  if (typeof jws !== 'string') return { ok: false, reason: 'jws is not a string' };
  const parts = jws.split('.');
  const [header = '', body = '', sign = ''] = parts;
  if (parts.length !== 3) return { ok: false, reason: 'jws does not have three parts' };
  const kid = parseHeader(header, typ);
  if (!kid.ok) return kid;
  const payloadBytes = decodeBase64url(body);
  const payloadText = decodeText(payloadBytes);
  if (payloadBytes === null || payloadText === null) return { ok: false, reason: 'jws payload is not base64url of UTF-8' };
  const signature = decodeBase64url(sign);
  if (signature?.length !== 64) return { ok: false, reason: 'jws signature is not 64 bytes of base64url' };
  return { ok: true, jws: { kid: kid.kid, payloadBytes, payloadText, signingInput: `${header}.${body}`, signature } };
}

function parseHeader(encoded: string, typ: string): { ok: true; kid: Kid } | { ok: false; reason: string } {
  const text = decodeText(decodeBase64url(encoded));
  const json = text === null ? null : parseStrictJson(text);
  if (!json?.ok || !isJsonObject(json.value)) return { ok: false, reason: 'jws header is not a JSON object' };
  const header = json.value;
  if (Object.keys(header).length !== 3) return { ok: false, reason: 'jws header must be exactly alg, kid and typ' };
  if (header['alg'] !== JWS_ALGORITHM) return { ok: false, reason: `jws alg must be ${JWS_ALGORITHM}` };
  if (header['typ'] !== typ) return { ok: false, reason: `jws typ must be ${typ}` };
  const kid = kidSchema.safeParse(header['kid']);
  return kid.success ? { ok: true, kid: kid.data } : { ok: false, reason: 'jws kid has not the form of a kid' };
}

/** An event's JWS, decoded and of the right form, but not verified. */
export interface DecodedEvent extends CompactJws {
  readonly payload: EventPayload;
}

export type DecodedJws = ({ ok: true } & DecodedEvent) | { ok: false; code: 'SW_FED_EVENT_INVALID'; reason: string; id: string | null };

/** Takes an event's JWS apart and parses its payload; verifying is `verifyJws` of the node entry. */
export function decodeJws(jws: unknown): DecodedJws {
  const compact = decodeCompactJws(jws, EVENT_JWS_TYPE);
  if (!compact.ok) return { ok: false, code: 'SW_FED_EVENT_INVALID', reason: compact.reason, id: null };
  const parsed = parsePayload(compact.jws.payloadText);
  return parsed.ok ? { ok: true, ...compact.jws, payload: parsed.payload } : parsed;
}
