import type { KeyRotationRow, SigningKeyRow } from '@scaiwave/core';
import { fingerprintOf } from '@scaiwave/protocol/node';

export function presentRotation(rotation: KeyRotationRow | null) {
  const isAsked = rotation !== null && rotation.handled_at === null;
  return {
    next_rotation_at: rotation?.next_rotation_at?.toISOString() ?? null,
    waits_for: rotation?.waits_for ?? null,
    requested_at: isAsked ? (rotation.requested_at?.toISOString() ?? null) : null,
  };
}

export function presentKey(row: SigningKeyRow) {
  return {
    kid: row.kid,
    public_key: `ed25519:${row.public_key.toString('base64')}`,
    fingerprint: fingerprintOf(row.public_key),
    state: row.state,
    valid_from: row.valid_from.toISOString(),
    valid_until: row.valid_until?.toISOString() ?? null,
  };
}
