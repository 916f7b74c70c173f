import type { ServerName, TenantId, TrustMode } from '@scaiwave/protocol';
import type { PeerDeclaration } from '../tenants/index.js';

export type PeerAdminState = 'active' | 'paused' | 'blocked' | 'removed' | 'removed_by_them';
/** What is wrong with a peer: it cannot be reached, it asked us to wait, or it refuses our requests as a whole. */
export type PeerVerdict = 'down' | 'busy' | 'refuses_us';
export interface PeerPin {
  fingerprint: string;
  not_after: string | null;
}

/** A row of `peers`: another server as one tenant sees it. */
export interface PeerRow {
  tenant_id: TenantId;
  server_name: ServerName;
  admin_state: PeerAdminState;
  declaration: PeerDeclaration | null;
  /** namespace/name of the Peer that declares it */
  declaration_resource: string | null;
  endpoint_url: string | null;
  trust_mode: TrustMode;
  pins: PeerPin[];
  /** last descriptor that was accepted, as text */
  descriptor: string | null;
  descriptor_fetched_at: Date | null;
  descriptor_valid_until: Date | null;
  key_changed_at: Date | null;
  last_seen_at: Date | null;
  last_success_at: Date | null;
  last_error_code: string | null;
  last_error_message: string | null;
  last_error_at: Date | null;
  verdict: PeerVerdict | null;
  failing_since: Date | null;
  /** while it is down: since when it is looked for, anew with whatever it says */
  probing_since: Date | null;
  /** what it asked for when it was busy */
  asked_to_wait_until: Date | null;
  attempts: number;
  next_attempt_at: Date | null;
  lease_fence: number;
  /** something that was given up waits to be sent again */
  has_redelivery: boolean;
  /** end of the last suspension by the provider */
  resumed_at: Date | null;
  created_at: Date;
}

/** A row of `peer_keys`: keys that this tenant trusts, or has trusted, to be the peer's. */
export interface PeerKeyRow {
  kid: string;
  /** raw 32 bytes */
  public_key: Buffer;
  state: 'next' | 'active' | 'retiring' | 'retired' | 'revoked';
  valid_from: Date | null;
  valid_until: Date | null;
  first_seen_at: Date;
}

/** How a peer is to be reached and trusted: the provider's declaration, unless the tenant's admin is the stricter one by pinning. */
export interface PeerSettings {
  endpointUrl: string | null;
  isPrivate: boolean;
  /** as in PeerDeclaration */
  caCertificate: string | null;
  trustMode: TrustMode;
  pins: PeerPin[];
  pinsMayVouch: boolean;
}

const UNKNOWN_PEER: PeerSettings = { endpointUrl: null, isPrivate: false, caCertificate: null, trustMode: 'TrustOnFirstUse', pins: [], pinsMayVouch: false };

export function settingsOf(row: Pick<PeerRow, 'declaration' | 'endpoint_url' | 'trust_mode' | 'pins'> | null): PeerSettings {
  if (!row) return UNKNOWN_PEER;
  const declared = row.declaration;
  if (!declared) return { ...UNKNOWN_PEER, endpointUrl: row.endpoint_url, trustMode: row.trust_mode, pins: row.pins };
  const adminPins = row.trust_mode === 'Pinned' && declared.trust_mode !== 'Pinned';
  return {
    endpointUrl: declared.endpoint_url ?? row.endpoint_url,
    isPrivate: declared.private,
    caCertificate: declared.ca_certificate ?? null,
    trustMode: adminPins ? 'Pinned' : declared.trust_mode,
    pins: adminPins ? row.pins : declared.pins,
    pinsMayVouch: !adminPins && declared.on_unknown_key === 'AcceptSignedByPinned',
  };
}
