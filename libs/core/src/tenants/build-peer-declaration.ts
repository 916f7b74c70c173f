import type { TrustMode } from '@scaiwave/protocol';
import type { PeerSpec } from './resource-types.js';

/** The provider's declaration of one peer, as stored in `peers.declaration`, defaults filled in. */
export interface PeerDeclaration {
  /** Base URL without a slash at its end; null = https:// and the server_name. */
  endpoint_url: string | null;
  /** May this peer be at a private or loopback address? */
  private: boolean;
  /**
   * PEM of the authorities that alone vouch for this peer's TLS; null = the public ones; empty = some were named, but could not be had:
   * nothing is believed until they can.
   */
  ca_certificate: string | null;
  trust_mode: TrustMode;
  pins: { fingerprint: string; not_after: string | null }[];
  on_unknown_key: 'Reject' | 'AcceptSignedByPinned';
  policy: { suspend: boolean; max_foreign_participants_per_room: number | null; allow_invites: boolean };
}

export function buildPeerDeclaration(spec: PeerSpec, caCertificate: string | null = null): PeerDeclaration {
  return {
    endpoint_url: spec.endpoint?.url?.replace(/\/$/, '') ?? null,
    private: spec.endpoint?.private ?? false,
    ca_certificate: caCertificate,
    ...buildTrust(spec.trust),
    policy: buildPolicy(spec.policy),
  };
}

function buildTrust({ mode, pins = [], onUnknownKey }: NonNullable<PeerSpec['trust']> = {}): Pick<PeerDeclaration, 'trust_mode' | 'pins' | 'on_unknown_key'> {
  return {
    trust_mode: mode ?? 'TrustOnFirstUse',
    pins: pins.map((pin) => ({ fingerprint: pin.fingerprint, not_after: pin.notAfter ?? null })),
    on_unknown_key: onUnknownKey ?? 'Reject',
  };
}

function buildPolicy({ suspend = false, maxForeignParticipantsPerRoom, allowInvites = true }: NonNullable<PeerSpec['policy']> = {}): PeerDeclaration['policy'] {
  return { suspend, max_foreign_participants_per_room: maxForeignParticipantsPerRoom ?? null, allow_invites: allowInvites };
}
