import type { Fqid, LocalId, ServerName, TenantId } from '@scaiwave/protocol';
import type { TenantContext } from '../tenants/index.js';

export type ParticipantRole = 'user' | 'admin';

/** A row of `participants`: one of this tenant's people, or somebody of another server that it has met. */
export interface ParticipantRow {
  tenant_id: TenantId;
  id: string;
  fqid: Fqid;
  local_id: LocalId;
  server_name: ServerName;
  display_name: string;
  participant_type: 'human' | 'federated';
  role: ParticipantRole;
  oidc_subject: string | null;
  email: string | null;
  avatar_url: string | null;
  bio: string | null;
  preferences: Record<string, unknown>;
  presence: string | null;
  profile_fetched_at: Date | null;
  created_at: Date;
}

/** Who acts in the client API. */
export interface Actor {
  tenant: TenantContext;
  participantId: string;
  fqid: Fqid;
  localId: LocalId;
  displayName: string;
  avatarUrl: string | null;
  role: ParticipantRole;
}
