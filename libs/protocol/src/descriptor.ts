import { z } from 'zod';
import { kidSchema, serverNameSchema, timestampSchema, type Kid } from './ids.js';
import { PROTOCOL_VERSION } from './limits.js';

export const keyStateSchema = z.enum(['next', 'active', 'retiring', 'retired', 'revoked']);
export type KeyState = z.infer<typeof keyStateSchema>;

/** `ed25519:` + base64 with padding of the raw 32 bytes (the form only; the node entry refuses low-order keys). */
export const publicKeySchema = z.string().regex(/^ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'must be ed25519: and base64 of 32 bytes');

/** A key as published. Times in milliseconds; null or absent = open. */
export const verifyKeySchema = z.looseObject({
  kid: kidSchema,
  public_key: publicKeySchema,
  state: keyStateSchema,
  valid_from: timestampSchema.nullish(),
  valid_until: timestampSchema.nullish(),
});
export type VerifyKey = z.infer<typeof verifyKeySchema>;

/** An absolute path: no authority, no query, no dot segments, nothing that a URL parser would rewrite. */
// oxlint-disable-next-line no-control-regex
const TEMPLATE = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~!$&'()*+,;=:@{}%-]+)+$/;

/** A path template with exactly these variables. */
function template(...variables: string[]) {
  const hasThem = (path: string) => (path.match(/\{[^}]*\}/g) ?? []).sort().join() === variables.sort().join();
  return z.string().max(1024).regex(TEMPLATE, 'must be an absolute path').refine(hasThem, `must have the variables ${variables.join()}`);
}

/** `GET /.well-known/scaiwave/server`, without its `jws`. */
export const descriptorSchema = z.looseObject({
  server_name: serverNameSchema,
  public_key: publicKeySchema,
  protocol_versions: z.array(z.string()),
  endpoints: z.looseObject({
    send: template(),
    profile: template('{local_id}'),
    members: template('{room_id}'),
    backfill: template('{room_id}'),
    directory: template().optional(),
    call_token: template('{call_id}').optional(),
    media: template('{media_id}').optional(),
    status: template().optional(),
  }),
  keys: z.array(verifyKeySchema).min(1).max(100).optional(),
  valid_until: timestampSchema.optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

/** Do both sides speak a version in common? */
export function hasCommonVersion(descriptor: Pick<Descriptor, 'protocol_versions'>): boolean {
  return descriptor.protocol_versions.includes(PROTOCOL_VERSION);
}

/** What a signature is on: a request, a fresh event of the request's origin, or an event that came by backfill or through a host. */
export type KeyUse = 'request' | 'event' | 'relayed';
export type VerifyKeyVerdict = { usable: true; key: VerifyKey } | { usable: false; reason: 'unknown_kid' | 'next' | 'retired' | 'revoked' };

/**
 * Which key verifies a signature of this use. `unknown_kid` asks for one fetch of the descriptor.
 * A key's `valid_from` is not compared: the history of a room is signed when it is first needed abroad.
 */
export function decideVerifyKey(lookup: { keys: readonly VerifyKey[]; kid: Kid; use: KeyUse; originTs?: number }): VerifyKeyVerdict {
  const key = lookup.keys.find((candidate) => candidate.kid === lookup.kid);
  if (!key) return { usable: false, reason: 'unknown_kid' };
  if (key.state === 'active' || key.state === 'retiring') return { usable: true, key };
  if (key.state !== 'retired') return { usable: false, reason: key.state };
  const lived = lookup.use === 'relayed' && lookup.originTs !== undefined && lookup.originTs <= (key.valid_until ?? -1);
  return lived ? { usable: true, key } : { usable: false, reason: 'retired' };
}

export type TrustMode = 'Discovered' | 'TrustOnFirstUse' | 'Pinned';

export interface TrustInput {
  readonly mode: TrustMode;
  /** Public keys (`ed25519:…`) trusted so far; empty at first contact. */
  readonly trusted: readonly string[];
  /** For Pinned: public keys whose fingerprint is pinned and not over. */
  readonly pinned?: readonly string[];
  /** For Pinned: may a pinned key vouch for another one (`AcceptSignedByPinned`)? */
  readonly pinsMayVouch?: boolean;
  /** The descriptor's keys, and the kids whose `jws` over it verified. */
  readonly keys: readonly VerifyKey[];
  readonly vouchedBy: readonly Kid[];
}

/**
 * Whether a descriptor's keys are taken over as trusted. What is not trusted answers 401 `SW_FED_KEY_CHANGED`.
 * Every key that could verify something must be known, or a known key must have signed the whole document: otherwise a second,
 * foreign key could be slipped in beside the known one.
 */
export function decideTrust(input: TrustInput): { trusted: true } | { trusted: false; code: 'SW_FED_KEY_CHANGED' } {
  if (input.mode === 'Discovered') return { trusted: true };
  const isPinned = input.mode === 'Pinned';
  const known = new Set(isPinned ? (input.pinned ?? []) : input.trusted);
  if (!isPinned && known.size === 0) return { trusted: true };
  const isKnown = (key: VerifyKey) => known.has(key.public_key);
  const verifying = input.keys.filter((key) => key.state !== 'next' && key.state !== 'revoked');
  const isVouched = verifying.some((key) => isKnown(key) && input.vouchedBy.includes(key.kid));
  const isActiveKnown = verifying.some((key) => key.state === 'active' && isKnown(key));
  const mayBeVouched = isActiveKnown || !isPinned || input.pinsMayVouch === true;
  const trusted = (isVouched && mayBeVouched) || (isActiveKnown && verifying.every(isKnown));
  return trusted ? { trusted } : { trusted, code: 'SW_FED_KEY_CHANGED' };
}
