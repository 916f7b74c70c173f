import { decideTrust } from '@scaiwave/protocol';
import { fingerprintOf, formatPublicKey, type ParsedDescriptor } from '@scaiwave/protocol/node';
import type { PeerKeyRow, PeerSettings } from '../peer-row.js';

export interface DescriptorQuestion {
  parsed: Extract<ParsedDescriptor, { ok: true }>;
  settings: PeerSettings;
  /** keys of this peer that were trusted until now */
  known: readonly Pick<PeerKeyRow, 'kid' | 'public_key' | 'state'>[];
  now: number;
  /** the fingerprint that an admin has confirmed just now */
  accepted: string | null;
}

export type DescriptorDecision = { trusted: true; isFirst: boolean; isConfirmed: boolean } | { trusted: false };

/** Are this descriptor's keys the peer's? What nobody vouched for waits for an admin. */
export function decideDescriptor({ parsed, settings, known, now, accepted }: DescriptorQuestion): DescriptorDecision {
  if (accepted !== null && activeFingerprint(parsed) === accepted) return { trusted: true, isFirst: false, isConfirmed: true };
  const pins = settings.pins.filter((pin) => pin.not_after === null || Date.parse(pin.not_after) > now).map((pin) => pin.fingerprint);
  const trust = decideTrust({
    mode: settings.trustMode,
    trusted: known.map((key) => formatPublicKey(key.public_key)),
    pinned: parsed.keys.filter((key) => pins.includes(fingerprintOf(key.imported.raw))).map((key) => key.public_key),
    pinsMayVouch: settings.pinsMayVouch,
    keys: parsed.keys,
    vouchedBy: parsed.vouchedBy,
  });
  if (!trust.trusted || (settings.trustMode !== 'Discovered' && bringsBack(parsed, known))) return { trusted: false };
  return { trusted: true, isFirst: known.length === 0, isConfirmed: false };
}

/** `SHA256:…` of the key that signs now. */
export function activeFingerprint(parsed: Extract<ParsedDescriptor, { ok: true }>): string {
  const active = parsed.keys.find((key) => key.state === 'active');
  if (!active) throw new Error('a descriptor has an active key');
  return fingerprintOf(active.imported.raw);
}

// A key that was taken out of use may have been taken out because it leaked.
function bringsBack(parsed: Extract<ParsedDescriptor, { ok: true }>, known: DescriptorQuestion['known']): boolean {
  const over = new Set(known.filter((key) => key.state === 'retired' || key.state === 'revoked').map((key) => key.kid));
  return parsed.keys.some((key) => over.has(key.kid) && (key.state === 'active' || key.state === 'retiring' || key.state === 'next'));
}
