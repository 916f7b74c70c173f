import { decideInviteForm, serverOf, type ErrorCode, type EventPayload, type InviteContent, type ServerName, type Verdict } from '@scaiwave/protocol';
import type { Capacity } from './foreign-capacity.js';

export interface ReceivedInvite {
  ownServer: ServerName;
  payload: EventPayload;
  content: InviteContent;
  /** milliseconds, by this server's own clock */
  now: number;
}

/** What this server's tables say about a received invitation. */
export interface InviteFacts {
  /** with third_party_servers `accepted`: is there a server in the room that policy does not accept? */
  hasUnacceptedServer: boolean;
  isInviteeKnown: boolean;
  /** did the inviter, where they are ours, ask the host for this very invitation? */
  isAskedFor: boolean;
  /** does the room id belong to a room, or a live invitation, of another host? */
  isRoomBoundElsewhere: boolean;
  /** is the invitation's id taken by another one? */
  isIdTaken: boolean;
  /** does our provider refuse invitations from the host, or from the inviter's server? */
  isInvitingForbidden: boolean;
  /** limits that the people of other servers exceed whom we know, or must assume, to be in the room */
  exceeded: readonly Capacity[];
}

const refuse = (code: ErrorCode, reason: string) => ({ allowed: false as const, code, reason });

/** Does a received invitation get to the person it is for? The first check that fails is the answer. */
export function decideInvite(received: ReceivedInvite, facts: InviteFacts): Verdict<ErrorCode> {
  const { payload, content, ownServer, now } = received;
  const form = decideInviteForm(payload, content);
  if (!form.allowed) return form; // room, host, expiry; incognito and bridge rooms never federate
  const inviter = decideInviter(received, facts);
  if (!inviter.allowed) return inviter; // who says it, and in whose name
  if (facts.hasUnacceptedServer) return refuse('SW_FED_PEER_UNKNOWN', 'third_party_servers'); // a server in the room that policy refuses
  if (content.expires_at <= now) return refuse('SW_FED_INVITE_EXPIRED', 'over before it came');
  if (serverOf(content.invitee) !== ownServer) return refuse('SW_FED_USER_UNKNOWN', 'a person of another server');
  if (!facts.isInviteeKnown) return refuse('SW_FED_USER_UNKNOWN', 'nobody of that name signed in here');
  if (facts.isRoomBoundElsewhere) return refuse('SW_FED_ROOM_CONFLICT', 'this room id belongs to another host');
  if (facts.isIdTaken) return refuse('SW_FED_ID_CONFLICT', 'this invite_id belongs to another invitation');
  const [exceeded] = facts.exceeded;
  return exceeded ? refuse('SW_ROOM_CAPACITY', exceeded.rule) : { allowed: true };
}

/** The sender is the inviter if at the host, else absent; in the name of one of our own people a host invites only if they asked it to. What was asked for is nobody else's invitation. */
function decideInviter({ payload, content, ownServer }: ReceivedInvite, { isAskedFor, isInvitingForbidden }: InviteFacts): Verdict<ErrorCode> {
  const { fqid } = content.inviter;
  if (payload.sender !== (serverOf(fqid) === payload.origin ? fqid : undefined)) return refuse('SW_FED_EVENT_INVALID', 'the sender is not the inviter');
  if (isAskedFor) return { allowed: true };
  if (serverOf(fqid) === ownServer) return refuse('SW_FED_FORBIDDEN', 'nobody here asked for it');
  return isInvitingForbidden ? refuse('SW_FED_PEER_UNKNOWN', 'peer_allow_invites') : { allowed: true };
}
