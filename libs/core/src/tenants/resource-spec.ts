import type { TrustMode } from '@scaiwave/protocol';

/** `spec` of a Tenant as /crds/tenants.federation.scaiwave.io.yaml describes it; what is left out has its default in `buildEffectiveTenant`. */
export interface TenantSpec {
  serverName: string;
  displayName?: string;
  suspend?: boolean;
  auth: { oidc: { issuer: string; clientId: string; clientSecretRef?: { name: string }; adminRoles?: string[] } };
  signing?: {
    rotation?: { interval?: string; publishLead?: string; overlap?: string };
    revokedKeyIDs?: string[];
    importSecretRef?: { name: string };
    backup?: { recoveryPublicKey: string };
  };
  peering?: TenantPeering;
  delivery?: { timeout?: string; maxInFlightPerPeer?: number; giveUpAfter?: string; backoff?: { initial?: string; max?: string } };
  workers?: { mode?: 'Shared' | 'Dedicated'; dedicated?: Record<string, unknown> };
  exposure?: Record<string, unknown>;
  deletionPolicy?: { keys?: 'Retain' | 'Delete'; queue?: 'Drain' | 'Discard'; drainTimeout?: string };
}

export interface TenantPeering {
  mode?: 'Open' | 'InviteOnly' | 'Closed';
  allowedServers?: string[];
  blockedServers?: string[];
  maxForeignParticipantsPerRoom?: number;
  maxBackfillEventsPerRequest?: number;
  directory?: 'Nobody' | 'Peers' | 'Open';
  thirdPartyServers?: 'Any' | 'Accepted';
}

/** `spec` of a Peer as /crds/peers.federation.scaiwave.io.yaml describes it. */
export interface PeerSpec {
  tenantRef: { name: string };
  serverName: string;
  endpoint?: { url?: string; caSecretRef?: { name: string }; private?: boolean };
  trust?: { mode?: TrustMode; pins?: { fingerprint: string; notAfter?: string }[]; onUnknownKey?: 'Reject' | 'AcceptSignedByPinned' };
  policy?: { suspend?: boolean; maxForeignParticipantsPerRoom?: number; allowInvites?: boolean };
}
