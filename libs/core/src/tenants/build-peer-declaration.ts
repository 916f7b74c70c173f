import type { TrustMode } from '@scaiwave/protocol';
import type { PeerSpec } from './resource-spec.js';

/** The provider's declaration of one peer, as stored in `peers.declaration`, defaults filled in. */
export interface PeerDeclaration {
  /** Base URL without a slash at its end; null = https:// and the server_name. */
  endpoint_url: string | null;
  /** May this peer be at a private or loopback address? */
  private: boolean;
  trust_mode: TrustMode;
  pins: { fingerprint: string; not_after: string | null }[];
  on_unknown_key: 'Reject' | 'AcceptSignedByPinned';
  policy: { suspend: boolean; max_foreign_participants_per_room: number | null; allow_invites: boolean };
}

export function buildPeerDeclaration(spec: PeerSpec): PeerDeclaration {
  const { endpoint = {}, trust = {}, policy = {} } = spec;
  return {
    endpoint_url: endpoint.url?.replace(/\/$/, '') ?? null,
    private: endpoint.private ?? false,
    trust_mode: trust.mode ?? 'TrustOnFirstUse',
    pins: (trust.pins ?? []).map((pin) => ({ fingerprint: pin.fingerprint, not_after: pin.notAfter ?? null })),
    on_unknown_key: trust.onUnknownKey ?? 'Reject',
    policy: {
      suspend: policy.suspend ?? false,
      max_foreign_participants_per_room: policy.maxForeignParticipantsPerRoom ?? null,
      allow_invites: policy.allowInvites ?? true,
    },
  };
}
