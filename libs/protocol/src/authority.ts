import { EVENT_TABLE, EVENT_TYPES, eventClassOf, isKnownType, type EventType } from './events.js';
import { serverOf, type Fqid, type ServerName } from './ids.js';
import { ALLOWED, decideSenderField, denied, type Verdict } from './sender.js';

/**
 * What the receiver is to the room that the event names:
 * `host` = it hosts it and it federates; `member` = a room of another host in which it has a joined person, or for which it has queued
 * an acceptance; `invitee` = it has a pending invitation, nothing more; `none` = unknown, unfederated, or left, or the event names no room.
 */
export type ReceiverRole = 'host' | 'member' | 'invitee' | 'none';

/** Whether a server has, had or never had a member in the room, as the receiver knows it (`servers[]` of an invitation counts). */
export type Presence = 'joined' | 'left' | 'never';

/** Everything the table looks at. Facts come from the receiver's own rows, names from the event. */
export interface AuthorityInput {
  readonly type: string;
  /** `sequenced` = with `room_seq`, as a host sends room events; `plain` = `{jws, content}`. */
  readonly form: 'sequenced' | 'plain';
  readonly origin: ServerName;
  /** The server that made (and signed) the request. */
  readonly carrier: ServerName;
  readonly sender?: Fqid | null;
  readonly role: ReceiverRole;
  /** Host to which the receiver has bound this room_id; null when bound to none. */
  readonly roomHost: ServerName | null;
  readonly originPresence: Presence;
  /** From the content of a `.member`. */
  readonly member?: { readonly fqid: Fqid; readonly membership: 'join' | 'leave' | 'ban'; readonly hasPowerLevel: boolean };
  /** `content.room.host` of an `.invite`. */
  readonly claimedHost?: ServerName;
  /** The invitation that an answer, revocation or expiry names; null when unknown here. `requested` = our server asked the host for it. */
  readonly invite?: { readonly host: ServerName; readonly inviteeServer: ServerName; readonly requested: boolean } | null;
  /** The message that an edit names; null when not known here. */
  readonly target?: { readonly author: Fqid | null } | null;
}

export type AuthorityCode =
  | 'SW_FED_EVENT_INVALID' | 'SW_FED_FORBIDDEN' | 'SW_ROOM_NOT_FOUND' | 'SW_NOT_MEMBER' | 'SW_ROOM_FORBIDDEN'
  | 'SW_FED_ROOM_CONFLICT' | 'SW_FED_INVITE_INVALID';
export type AuthorityVerdict = Verdict<AuthorityCode>;
type Rule = (input: AuthorityInput) => AuthorityVerdict;

/**
 * May this server say this to us, in this way? The one table of authority, asked before any key is fetched and again by members.
 * A host hears from each server only that server's own events; a member believes the room's host about everybody, and nobody else.
 */
export function decideAuthority(input: AuthorityInput): AuthorityVerdict {
  const field = decideSenderField(input);
  if (!field.allowed) return field;
  const kind = eventClassOf(input.type);
  if (input.form === 'sequenced') return kind === 'control' ? denied('SW_FED_EVENT_INVALID', 'a control event has no room_seq') : fromHost(input);
  if (kind === 'room') return toHost(input);
  if (kind === 'unknown' && input.role === 'host') return denied('SW_FED_EVENT_INVALID', 'unknown type of event');
  return controlRuleOf(input.type)(input);
}

function fromHost(input: AuthorityInput): AuthorityVerdict {
  if (input.role === 'none' || input.role === 'invitee') return denied('SW_ROOM_NOT_FOUND', 'not a room of this server');
  if (input.role === 'host' || input.carrier !== input.roomHost) return denied('SW_FED_FORBIDDEN', 'only the host of the room sends its log');
  if (input.origin !== input.roomHost && input.originPresence === 'never') return denied('SW_FED_FORBIDDEN', 'the origin never had a member in the room');
  return says(input);
}

function toHost(input: AuthorityInput): AuthorityVerdict {
  if (input.role === 'none' || input.role === 'invitee') return denied('SW_ROOM_NOT_FOUND', 'not a room of this server');
  if (input.role === 'member') {
    return input.carrier === input.roomHost
      ? denied('SW_FED_EVENT_INVALID', 'a room event from the host needs its room_seq')
      : denied('SW_FED_FORBIDDEN', 'room events come from the host only');
  }
  if (input.carrier !== input.origin) return denied('SW_FED_FORBIDDEN', 'to the host a server sends its own events only');
  const may = says(input);
  if (!may.allowed) return may;
  return input.originPresence === 'joined' ? ALLOWED : denied('SW_NOT_MEMBER', 'the origin has no member in the room');
}

/** What an origin may say in a room, whoever carries it. */
function says(input: AuthorityInput): AuthorityVerdict {
  if (input.origin === input.roomHost) return authorship(input);
  if (isKnownType(input.type) && EVENT_TABLE[input.type].hostOnly) return denied('SW_FED_FORBIDDEN', `${input.type} is said by the host only`);
  return input.type === EVENT_TYPES.member ? membershipByGuest(input) : authorship(input);
}

/** Joins and power are the host's; a server takes its own people out; anything else needs a person who acts. */
function membershipByGuest({ member, origin, sender }: AuthorityInput): AuthorityVerdict {
  if (!member) return denied('SW_FED_EVENT_INVALID', 'a membership without content');
  if (member.membership === 'join' || member.hasPowerLevel) return denied('SW_FED_FORBIDDEN', 'joins and power levels are given by the host only');
  const ownLeave = member.membership === 'leave' && serverOf(member.fqid) === origin;
  return ownLeave || sender ? ALLOWED : denied('SW_FED_FORBIDDEN', 'only a person may kick, ban or unban');
}

function authorship({ type, target, sender }: AuthorityInput): AuthorityVerdict {
  if (type === EVENT_TYPES.messageEdit && target && target.author !== sender) return denied('SW_ROOM_FORBIDDEN', 'only its author edits a message');
  return ALLOWED;
}

const ownWord: Rule = ({ carrier, origin }) =>
  carrier === origin ? ALLOWED : denied('SW_FED_FORBIDDEN', 'a server speaks only for itself in the control lane');

const invitation: Rule = (input) => {
  const own = ownWord(input);
  if (!own.allowed) return own;
  if (input.claimedHost !== input.origin) return denied('SW_FED_FORBIDDEN', 'only the host of a room invites to it');
  if (input.roomHost !== null && input.roomHost !== input.origin) return denied('SW_FED_ROOM_CONFLICT', 'this room id belongs to another host');
  return ALLOWED;
};

const invitationRequest: Rule = (input) => {
  const own = ownWord(input);
  if (!own.allowed) return own;
  if (input.role !== 'host') return denied('SW_ROOM_NOT_FOUND', 'not a room that this server hosts');
  return input.originPresence === 'joined' ? ALLOWED : denied('SW_NOT_MEMBER', 'the origin has no member in the room');
};

/** From the invitee's server to the host; or handed on by the host to the server that asked for the invitation. */
const invitationAnswer: Rule = ({ invite, role, carrier, origin }) => {
  if (!invite) return denied('SW_FED_INVITE_INVALID', 'no such invitation');
  const from = role === 'host' ? invite.inviteeServer : invite.requested ? invite.host : null;
  return origin === invite.inviteeServer && carrier === from ? ALLOWED : denied('SW_FED_FORBIDDEN', 'not this server’s answer to give');
};

const invitationNews: Rule = (input) => {
  if (!input.invite) return denied('SW_FED_INVITE_INVALID', 'no such invitation');
  const own = ownWord(input);
  if (!own.allowed) return own;
  return input.origin === input.invite.host ? ALLOWED : denied('SW_FED_FORBIDDEN', 'only the host says what becomes of an invitation');
};

const CONTROL_RULES: Partial<Record<EventType, Rule>> = {
  [EVENT_TYPES.invite]: invitation,
  [EVENT_TYPES.inviteRequest]: invitationRequest,
  [EVENT_TYPES.inviteAccepted]: invitationAnswer,
  [EVENT_TYPES.inviteDeclined]: invitationAnswer,
  [EVENT_TYPES.inviteDelivered]: invitationNews,
  [EVENT_TYPES.inviteRevoked]: invitationNews,
  [EVENT_TYPES.inviteExpired]: invitationNews,
};

/** server.keys, peer.severed and types of later versions need no more than that a server speaks for itself. */
function controlRuleOf(type: string): Rule {
  return (isKnownType(type) && CONTROL_RULES[type]) || ownWord;
}
