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
const templateSchema = z.string().max(1024).regex(TEMPLATE, 'must be an absolute path');
const optionalTemplate = templateSchema.optional();

/** `GET /.well-known/scaiwave/server`, without its `jws`. */
export const descriptorSchema = z.looseObject({
  server_name: serverNameSchema,
  public_key: publicKeySchema,
  protocol_versions: z.array(z.string()),
  endpoints: z.looseObject({
    send: templateSchema,
    profile: templateSchema,
    members: templateSchema,
    backfill: templateSchema,
    directory: optionalTemplate,
    call_token: optionalTemplate,
    media: optionalTemplate,
    status: optionalTemplate,
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

/** Whether a descriptor's keys are taken over as trusted. What is not trusted answers 401 `SW_FED_KEY_CHANGED`. */
export function decideTrust(input: TrustInput): { trusted: true } | { trusted: false; code: 'SW_FED_KEY_CHANGED' } {
  if (input.mode === 'Discovered') return { trusted: true };
  const isPinned = input.mode === 'Pinned';
  const known = new Set(isPinned ? (input.pinned ?? []) : input.trusted);
  if (!isPinned && known.size === 0) return { trusted: true };
  const active = input.keys.filter((key) => key.state === 'active');
  if (active.length > 0 && active.every((key) => known.has(key.public_key))) return { trusted: true };
  if (isPinned && !input.pinsMayVouch) return { trusted: false, code: 'SW_FED_KEY_CHANGED' };
  const vouchers = input.keys.filter((key) => input.vouchedBy.includes(key.kid));
  return vouchers.some((key) => known.has(key.public_key)) ? { trusted: true } : { trusted: false, code: 'SW_FED_KEY_CHANGED' };
}
