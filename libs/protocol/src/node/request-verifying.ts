import { timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import { kidSchema, serverNameSchema, type Kid, type ServerName } from '../ids.js';
import { LIMITS } from '../limits.js';
import type { InnerList, Item } from 'structured-headers';
import { sha256 } from './hashing.js';
import { DIGEST_COMPONENT, SIGNATURE_ALGORITHM, SIGNATURE_LABEL, SIGNATURE_TAG, SIGNED_COMPONENTS } from './request-signing.js';
import { buildSignatureBase, dictionaryHeader, headerValues, isInnerList, type WireRequest } from './request-target.js';

/** A request signature whose form is right and whose digest holds; the key has still to be found and asked. */
export interface ParsedRequestSignature {
  readonly origin: ServerName;
  readonly destination: ServerName;
  readonly kid: Kid;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Seconds since the epoch, where the signer gave one. */
  readonly expires: number | null;
  readonly nonce: string;
  readonly base: string;
  readonly signature: Uint8Array;
}

/** What is wrong; every one is 401 `SW_FED_SIGNATURE_MISMATCH` to the peer, the reason is for our own admin. */
export type RequestSignatureReason =
  | 'target' | 'origin' | 'destination' | 'missing' | 'malformed' | 'components' | 'parameters' | 'nonce' | 'digest' | 'component_value';
export type ParsedRequest =
  ({ ok: true } & ParsedRequestSignature) | { ok: false; code: 'SW_FED_SIGNATURE_MISMATCH'; reason: RequestSignatureReason };

const NONCE = /^[A-Za-z0-9_-]{16,128}$/;

/** Takes the signature labelled `sw` from a request and checks all that needs no key and no clock. Other labels are ignored. */
export function parseRequestSignature(request: WireRequest): ParsedRequest {
  const refuse = (reason: RequestSignatureReason): ParsedRequest => ({ ok: false, code: 'SW_FED_SIGNATURE_MISMATCH', reason });
  if (!request.target.startsWith('/')) return refuse('target'); // origin form only: @path is what was sent
  const origin = serverNameHeader(request, 'scaiwave-origin');
  if (origin === null) return refuse('origin'); // exactly once, a server name
  const destination = serverNameHeader(request, 'scaiwave-destination');
  if (destination === null) return refuse('destination'); // the same
  const found = findSignature(request);
  if (typeof found === 'string') return refuse(found); // label sw in both headers
  if (!coversEnough(request, found.input)) return refuse('components'); // the five, and content-digest with a body
  const parameters = parseParameters(found.input);
  if (typeof parameters === 'string') return refuse(parameters); // created, nonce, keyid, alg, tag
  if (!digestHolds(request)) return refuse('digest'); // over the bytes on the wire
  const base = signatureBaseOf(request, found.input);
  if (base === null) return refuse('component_value'); // every covered component is there, once
  return { ok: true, origin, destination, ...parameters, base, signature: found.signature };
}

function serverNameHeader(request: WireRequest, name: string): ServerName | null {
  const [value, ...more] = headerValues(request, name);
  const result = more.length === 0 ? serverNameSchema.safeParse(value) : null;
  return result?.success ? result.data : null;
}

function findSignature(request: WireRequest): { input: InnerList; signature: Uint8Array } | 'missing' | 'malformed' {
  if (headerValues(request, 'signature-input').length === 0 || headerValues(request, 'signature').length === 0) return 'missing';
  const inputs = dictionaryHeader(request, 'signature-input');
  const signatures = dictionaryHeader(request, 'signature');
  if (inputs === null || signatures === null) return 'malformed';
  const input = inputs.get(SIGNATURE_LABEL);
  const signature = signatures.get(SIGNATURE_LABEL);
  if (input === undefined || signature === undefined) return 'missing';
  const bytes = signature[0];
  if (!isInnerList(input) || !(bytes instanceof ArrayBuffer) || bytes.byteLength !== 64) return 'malformed';
  return { input, signature: new Uint8Array(bytes) };
}

/** A required component counts only in its plain form: `"scaiwave-origin";bs` would be another one. */
function coversEnough(request: WireRequest, input: InnerList): boolean {
  const covered = new Set(input[0].filter((item: Item) => item[1].size === 0).map(([name]) => name));
  const required: string[] = [...SIGNED_COMPONENTS];
  if (request.body.length > 0) required.push(DIGEST_COMPONENT);
  return required.every((name) => covered.has(name));
}

type Parameters = Pick<ParsedRequestSignature, 'kid' | 'created' | 'expires' | 'nonce'>;
function parseParameters([, parameters]: InnerList): Parameters | 'parameters' | 'nonce' {
  const kid = kidSchema.safeParse(parameters.get('keyid'));
  const created = parameters.get('created');
  const expires = parameters.get('expires') ?? null;
  const nonce = parameters.get('nonce');
  if (!kid.success || !isSeconds(created) || (expires !== null && !isSeconds(expires))) return 'parameters';
  if (parameters.get('alg') !== SIGNATURE_ALGORITHM || parameters.get('tag') !== SIGNATURE_TAG) return 'parameters';
  if (typeof nonce !== 'string' || !NONCE.test(nonce)) return 'nonce';
  return { kid: kid.data, created, expires, nonce };
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** Wherever a digest is given it must hold; where there is a body it must be given. */
function digestHolds(request: WireRequest): boolean {
  if (headerValues(request, DIGEST_COMPONENT).length === 0) return request.body.length === 0;
  const digest = dictionaryHeader(request, DIGEST_COMPONENT)?.get('sha-256')?.[0];
  return digest instanceof ArrayBuffer && digest.byteLength === 32 && timingSafeEqual(new Uint8Array(digest), sha256(request.body));
}

function signatureBaseOf(request: WireRequest, input: InnerList): string | null {
  try {
    return buildSignatureBase(request, input);
  } catch {
    return null; // a field named with ;sf or ;key that is no structured field
  }
}

/** Does the signature hold under this key? */
export function verifyRequestSignature(parsed: Pick<ParsedRequestSignature, 'base' | 'signature'>, publicKey: KeyObject): boolean {
  return verify(null, Buffer.from(parsed.base, 'latin1'), publicKey, parsed.signature);
}

/** |floor(now) − created| ≤ 60 s, in whole seconds; and not past `expires` where the signer gave one. */
export function checkRequestTime(
  parsed: Pick<ParsedRequestSignature, 'created' | 'expires'>,
  nowMs: number,
): { ok: true } | { ok: false; code: 'SW_FED_SIGNATURE_MISMATCH'; reason: 'skew' | 'expired'; skewSeconds: number } {
  const now = Math.floor(nowMs / 1000);
  const skewSeconds = parsed.created - now;
  if (Math.abs(skewSeconds) > LIMITS.clockDriftMs / 1000) return { ok: false, code: 'SW_FED_SIGNATURE_MISMATCH', reason: 'skew', skewSeconds };
  if (parsed.expires !== null && now > parsed.expires) return { ok: false, code: 'SW_FED_SIGNATURE_MISMATCH', reason: 'expired', skewSeconds };
  return { ok: true };
}
