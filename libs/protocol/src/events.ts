/** Full names of every event type. */
export const EVENT_TYPES = {
  message: 'swp.room.message',
  messageEdit: 'swp.room.message.edit',
  redaction: 'swp.room.redaction',
  reaction: 'swp.room.reaction',
  reactionRemoved: 'swp.room.reaction.removed',
  member: 'swp.room.member',
  name: 'swp.room.name',
  topic: 'swp.room.topic',
  callInvite: 'swp.room.call.invite',
  callState: 'swp.room.call.state',
  state: 'swp.room.state',
  checkpoint: 'swp.room.checkpoint',
  invite: 'swp.room.invite',
  inviteRequest: 'swp.room.invite.request',
  inviteDelivered: 'swp.room.invite.delivered',
  inviteAccepted: 'swp.room.invite.accepted',
  inviteDeclined: 'swp.room.invite.declined',
  inviteRevoked: 'swp.room.invite.revoked',
  inviteExpired: 'swp.room.invite.expired',
  serverKeys: 'swp.server.keys',
  peerSevered: 'swp.peer.severed',
} as const;
export type EventType = (typeof EVENT_TYPES)[keyof typeof EVENT_TYPES];

/** Whether and how a type names the person who acts. */
type SenderRule =
  /** A person does it. */
  | 'required'
  /** The acting person if at `origin`, else absent. */
  | 'optional'
  /** The server acts by itself. */
  | 'none';

interface TypeRow {
  readonly class: 'room' | 'control';
  readonly sender: SenderRule;
  /** Only the room's host may say it. `.member` depends on its content: see decideAuthority. */
  readonly hostOnly: boolean;
  /** Whether the payload must or must not have a `room_id`. */
  readonly room: 'required' | 'none';
}

const room = (sender: SenderRule, hostOnly = false): TypeRow => ({ class: 'room', sender, hostOnly, room: 'required' });
const invite = (sender: SenderRule, hostOnly = false): TypeRow => ({ class: 'control', sender, hostOnly, room: 'required' });
const server = (): TypeRow => ({ class: 'control', sender: 'none', hostOnly: false, room: 'none' });

/** What each type is, in one table. */
export const EVENT_TABLE: Readonly<Record<EventType, TypeRow>> = {
  'swp.room.message': room('required'),
  'swp.room.message.edit': room('required'),
  'swp.room.redaction': room('required'),
  'swp.room.reaction': room('required'),
  'swp.room.reaction.removed': room('required'),
  'swp.room.member': room('optional'),
  'swp.room.name': room('optional'),
  'swp.room.topic': room('optional'),
  'swp.room.call.invite': room('required'),
  'swp.room.call.state': room('optional', true),
  'swp.room.state': room('none', true),
  'swp.room.checkpoint': room('none', true),
  'swp.room.invite': invite('optional', true),
  'swp.room.invite.request': invite('required'),
  'swp.room.invite.delivered': invite('none', true),
  'swp.room.invite.accepted': invite('required'),
  // A machine declines one of two crossing DM invitations, so it may come without a person.
  'swp.room.invite.declined': invite('optional'),
  'swp.room.invite.revoked': invite('optional', true),
  'swp.room.invite.expired': invite('none', true),
  'swp.server.keys': server(),
  'swp.peer.severed': server(),
};

const ALL = Object.keys(EVENT_TABLE) as EventType[];
export const ROOM_EVENT_TYPES: readonly EventType[] = ALL.filter((type) => EVENT_TABLE[type].class === 'room');
export const CONTROL_EVENT_TYPES: readonly EventType[] = ALL.filter((type) => EVENT_TABLE[type].class === 'control');

/** Is this a type of this protocol version? */
export function isKnownType(type: string): type is EventType {
  return Object.hasOwn(EVENT_TABLE, type);
}

/** Room events are ordered by the host and identified by (room_id, id); control events by (origin, id). */
export function eventClassOf(type: string): 'room' | 'control' | 'unknown' {
  return isKnownType(type) ? EVENT_TABLE[type].class : 'unknown';
}

/** Only messages and their edits are ever given without content: nothing else is redacted. */
export function isRedactable(type: string): boolean {
  return type === EVENT_TYPES.message || type === EVENT_TYPES.messageEdit;
}
