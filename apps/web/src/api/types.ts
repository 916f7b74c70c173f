import type { components, operations } from './generated.js';

/** The shapes of the client API: those of its description, and the few that it leaves open. Times are ISO 8601 unless a name says otherwise. */
type Schemas = components['schemas'];
type DataOf<Name extends keyof operations> = operations[Name] extends { responses: { 200: { content: { 'application/json': { data: infer Data } } } } } ? Data : never;

export type Participant = Schemas['Participant'];
// Fields that are always null are left out: the client leaves them out, too.
export type Room = Omit<Schemas['Room'], 'room_alias' | 'workspace_id'>;
export type Member = Omit<Schemas['Member'], 'response_mode'>;
export type Reaction = Schemas['Event']['reactions'][number];
export type Invitation = Schemas['Invitation'];
export type NotificationItem = Schemas['Notification'];
export type Snooze = Schemas['Snooze'];
export type SearchHit = Schemas['SearchHit'];
export type Preferences = DataOf<'getMePreferences'>;
export type Peer = Schemas['Peer'];
export type PeerHistory = Schemas['PeerHistory'];
export type PeerRoom = Peer['rooms'][number];
export type TheirView = NonNullable<Peer['theirs']>;
export type Severance = Schemas['Severance'];
export type Media = Schemas['Media'];
export type Explanation = Schemas['Explanation'];
export type OpenDelivery = DataOf<'getAdminFederationDeliveries'>[number];
export type Rejection = DataOf<'getAdminFederationRejected'>[number];
export type AuditLine = DataOf<'getAdminAudit'>[number];
export type Policy = Schemas['Policy'];
export type SigningKeys = Schemas['SigningKeys'];
export type ProviderTenant = Schemas['ProviderTenant'];
export type ProviderTenantDetails = Schemas['ProviderTenantDetails'];
export type Me = Omit<DataOf<'getMe'>, 'personal_workspace_id'>;
export type AuthConfig = DataOf<'getAuthConfig'>;
export type Identity = DataOf<'getAdminFederationIdentity'>;
export type ServerCheck = DataOf<'getFederationServersServerName'>;
export type Delivery = DataOf<'getRoomsRoomIdEventsEventIdDeliveries'>[number];
export type RoomDeliveries = Schemas['RoomDeliveries'];
export type PublicRoom = DataOf<'getDirectoryRooms'>[number];

export type PresenceStatus = Me['presence'];
export type RoomType = Room['room_type'];
export type NotificationMode = Room['my']['notification_mode'];
export type Membership = Member['membership'];
export type DeliveryState = Delivery['state'];
export type InvitationState = Invitation['state'];
export type PeerState = Peer['state'];
export type PeerTrust = Peer['trust'];
export type PeerAction = 'pause' | 'resume' | 'block' | 'unblock' | 'pin';
export type PolicyFields = Policy['admin'];
export type SigningKey = SigningKeys['keys'][number];

/** The content of a message is free-form; these are the fields that the app knows. */
export interface EventContent {
  msgtype?: string;
  body?: string;
  lang?: string;
  mentions?: string[];
  reply_to_event_id?: string;
  [key: string]: unknown;
}

export type RoomEvent = Omit<Schemas['Event'], 'content' | 'original_content'> & {
  content: EventContent | null;
  original_content?: EventContent | null;
  /** Set only on this device: on its way, waiting for a connection, or refused. */
  local?: { state: 'sending' | 'waiting' } | { state: 'refused'; problem: ApiProblem };
};

/** A refusal, with the side that refused: this server ("us") or the named one. */
export interface ApiProblem {
  code: string;
  message?: string;
  by?: string | null;
  field?: string;
  /** servers between which to choose */
  choices?: string[];
  limitBytes?: number;
}

/** What arrives on the stream and in `/v1/sync`; fields beyond `type` depend on it. */
export interface Frame {
  type: string;
  id?: string;
  room_id?: string;
  stream_position?: number;
  /** `<transaction>-<position>`; opaque but for its order. */
  cursor?: string;
  ts?: string;
  [key: string]: unknown;
}
