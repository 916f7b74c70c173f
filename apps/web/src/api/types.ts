/** The shapes of the client API, as the app reads them. Times are ISO 8601 unless a name says otherwise. */

export type PresenceStatus = 'online' | 'idle' | 'busy' | 'appear_offline' | 'offline';

export interface Participant {
  id: string;
  fqid: string;
  local_id: string;
  server_name: string;
  display_name: string;
  avatar_url: string | null;
  participant_type: 'human' | 'federated';
  presence?: PresenceStatus;
}

export interface AuthConfig {
  issuer: string;
  client_id: string;
  login_url: string;
  server_name: string;
  display_name: string;
}

export interface Me {
  participant_id: string;
  local_id: string;
  fqid: string;
  display_name: string;
  email?: string | null;
  role: 'user' | 'admin';
  presence?: PresenceStatus;
  csrf_token?: string | null;
  tenant?: { id: string; slug?: string; name: string };
}

export type RoomType = 'group' | 'public' | 'dm' | 'incognito' | 'bridge' | 'sidekick';
export type NotificationMode = 'all' | 'mentions' | 'none' | 'inherit';
export type Membership = 'join' | 'leave' | 'ban' | 'invite' | 'knock';

export interface Room {
  id: string;
  name: string | null;
  topic: string | null;
  room_type: RoomType;
  scope_kind: string | null;
  state: 'open' | 'archived' | 'closed';
  creator_id: string | null;
  created_at: string;
  is_public: boolean;
  is_federated: boolean;
  host: string;
  servers: string[];
  hides_history?: boolean;
  my: { membership: Membership; power_level: number; notification_mode: NotificationMode; muted_until: string | null } | null;
  unread_count: number;
  last_read_event_id: string | null;
  last_event_at: string | null;
  dm_with: Participant | null;
  missing_events: number;
  can: {
    invite: boolean;
    invite_federated: boolean;
    invite_federated_reason: string | null;
    kick: boolean;
    rename: boolean;
    close: boolean;
  };
}

export interface Member {
  participant_id: string;
  membership: Membership;
  power_level: number;
  joined_at: string | null;
  notification_mode?: NotificationMode;
  muted_until?: string | null;
  participant: Participant;
}

export interface Reaction {
  emoji: string;
  count: number;
  me: boolean;
  participants: string[];
}

export interface EventContent {
  msgtype?: string;
  body?: string;
  lang?: string;
  mentions?: string[];
  reply_to_event_id?: string;
  [key: string]: unknown;
}

export type EventState = 'pending' | 'sequenced' | 'failed';

export interface RoomEvent {
  id: string;
  room_id: string;
  sender_id: string | null;
  sender: Participant | null;
  event_type: string;
  content: EventContent | null;
  original_content?: EventContent | null;
  stream_position: number;
  room_seq: number | null;
  state: EventState;
  origin: string;
  /** Seconds since the epoch. */
  origin_ts: number;
  created_at: string;
  edited_at: string | null;
  redacted_at: string | null;
  redacted_by: string | null;
  unavailable: boolean;
  reply_to_event_id: string | null;
  thread_count: number;
  reactions: Reaction[];
  error?: ApiProblem | null;
  /** Set only on this device, while the server has not answered yet, or when it refused. */
  local?: { state: 'sending' } | { state: 'failed'; problem: ApiProblem };
}

/** A refusal, with the side that refused: this server or the named one. */
export interface ApiProblem {
  code: string;
  message?: string;
  by?: string | null;
  at?: string;
  field?: string;
}

export type DeliveryState = 'queued' | 'sent' | 'stored' | 'refused' | 'failed';

export interface Delivery {
  server_name: string;
  state: DeliveryState;
  code: string | null;
  updated_at: string | null;
}

export type InvitationState = 'sending' | 'pending' | 'accepted' | 'declined' | 'revoked' | 'expired' | 'failed';

export interface Invitation {
  id: string;
  room: { id: string; name: string | null; topic: string | null; room_type: RoomType; host: string };
  inviter: { fqid: string; display_name: string };
  invitee: string;
  direction: 'in' | 'out';
  state: InvitationState;
  created_at: string;
  expires_at: string;
  error: ApiProblem | null;
}

export interface NotificationItem {
  id: string;
  kind: 'invitation' | 'invitation_outcome' | 'mention' | 'severed' | 'delivery_failed';
  read_at: string | null;
  created_at: string;
  data: Record<string, unknown>;
}

export interface ServerCheck {
  server_name: string;
  reachable: boolean | null;
  accepted: boolean;
  code: string | null;
  fingerprint: string | null;
  known: boolean;
}

export type PeerState = 'ok' | 'retrying' | 'down' | 'paused' | 'blocked' | 'removed' | 'refused' | 'unknown';

export interface PeerTrust {
  mode: string;
  fingerprint: string | null;
  kids: { kid: string; state: string; valid_until: string | null }[];
}

export interface Peer {
  server_name: string;
  state: PeerState;
  last_seen: string | null;
  last_error: { code: string; message: string; at: string } | null;
  failing_since: string | null;
  next_attempt_at: string | null;
  backlog: number;
  oldest_pending_at: string | null;
  shared_rooms: number;
  trust: PeerTrust | null;
  declared_by: 'provider' | 'admin' | null;
  policy: { accepted: boolean; rule: string | null };
}

export type PeerAction = 'pause' | 'resume' | 'block' | 'unblock' | 'pin';

export interface PolicyFields {
  default_mode?: 'open' | 'invite_only' | 'closed';
  allowed_peers?: string[] | null;
  blocked_peers?: string[];
  max_foreign_participants_per_room?: number;
  max_backfill_events_per_request?: number;
  third_party_servers?: string;
  directory?: string;
}

export interface Policy {
  admin: PolicyFields;
  provider: PolicyFields;
  effective: PolicyFields;
  decided_by: Partial<Record<keyof PolicyFields, 'provider' | 'admin' | 'default'>>;
}

export interface Identity {
  server_name: string;
  fingerprint?: string | null;
  kid?: string | null;
  public_key?: string | null;
}

/** What arrives on the stream and in `/v1/sync`; fields beyond `type` depend on it. */
export interface Frame {
  type: string;
  id?: string;
  room_id?: string;
  stream_position?: number;
  cursor?: string | number;
  ts?: string;
  [key: string]: unknown;
}
