import { decideInviteForm, serverOf, type ErrorCode, type EventPayload, type InviteContent, type ServerName, type Verdict } from '@scaiwave/protocol';

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
  /** does the room id belong to a room, or a live invitation, of another host? */
  isRoomBoundElsewhere: boolean;
  /** is the invitation's id taken by another one? */
  isIdTaken: boolean;
  /** people of other servers that we know, or must assume, to be in the room */
  foreignCount: number;
  foreignLimit: number;
}

const refuse = (code: ErrorCode, reason: string) => ({ allowed: false as const, code, reason });

/** Does a received invitation get to the person it is for? The first check that fails is the answer. */
export function decideInvite({ payload, content, ownServer, now }: ReceivedInvite, facts: InviteFacts): Verdict<ErrorCode> {
  const form = decideInviteForm(payload, content);
  if (!form.allowed) return form; // room, host, expiry; incognito and bridge rooms never federate
  const actingAtOrigin = serverOf(content.inviter.fqid) === payload.origin ? content.inviter.fqid : undefined;
  if (payload.sender !== actingAtOrigin) return refuse('SW_FED_EVENT_INVALID', 'the sender is not the inviter'); // absent where the inviter is elsewhere
  if (facts.hasUnacceptedServer) return refuse('SW_FED_PEER_UNKNOWN', 'third_party_servers'); // a server in the room that policy refuses
  if (content.expires_at <= now) return refuse('SW_FED_INVITE_EXPIRED', 'over before it came');
  if (serverOf(content.invitee) !== ownServer) return refuse('SW_FED_USER_UNKNOWN', 'a person of another server');
  if (!facts.isInviteeKnown) return refuse('SW_FED_USER_UNKNOWN', 'nobody of that name signed in here');
  if (facts.isRoomBoundElsewhere) return refuse('SW_FED_ROOM_CONFLICT', 'this room id belongs to another host');
  if (facts.isIdTaken) return refuse('SW_FED_ID_CONFLICT', 'this invite_id belongs to another invitation');
  return facts.foreignCount > facts.foreignLimit ? refuse('SW_ROOM_CAPACITY', 'max_foreign_participants_per_room') : { allowed: true };
}
