import { settingsOf, type StandingOfResource } from '@scaiwave/core/resources';
import { fingerprintOf } from '@scaiwave/protocol/node';
import { ageOf } from '../figures.js';
import type { PeerStatus } from '../kinds.js';

const SEEN_STEP_MS = 300_000;
const MAX_KEYS = 64;
const MAX_MESSAGE = 1_024;
const STATES: Record<string, string> = { next: 'Next', active: 'Active', retiring: 'Retiring', retired: 'Retired', revoked: 'Revoked' };

const seconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** What is known of a peer, as its status has it: coarse where it would change with every message. */
export function buildPeerFigures(standing: StandingOfResource, now: number): PeerStatus {
  const { last_seen_at: seen, last_error_code: code, last_error_message: message, last_error_at: at } = standing;
  const { trustMode, endpointUrl } = settingsOf(standing);
  return {
    effective: { trustMode, endpointUrl: endpointUrl ?? `https://${standing.peer}` },
    backlog: standing.events, sharedRooms: standing.shared_rooms, oldestPendingAge: `${ageOf(standing.oldest_at, now) ?? 0}s`,
    ...(standing.keys && { observedKeys: standing.keys.slice(0, MAX_KEYS).map(buildKey) }),
    ...(seen && { lastSeen: seconds(new Date(Math.floor(seen.getTime() / SEEN_STEP_MS) * SEEN_STEP_MS)) }),
    ...(standing.failing_since && { failingSince: seconds(standing.failing_since) }),
    ...(code !== null && at && { lastError: { code, message: (message ?? '').slice(0, MAX_MESSAGE), at: seconds(at) } }),
  };
}

function buildKey({ kid, public_key: publicKey, state, valid_until: validUntil }: NonNullable<StandingOfResource['keys']>[number]): NonNullable<PeerStatus['observedKeys']>[number] {
  return {
    kid, fingerprint: fingerprintOf(Buffer.from(publicKey, 'base64')), state: STATES[state] ?? state,
    ...(validUntil !== null && { validUntil: seconds(new Date(validUntil)) }),
  };
}
