/** One row of the catalogue. `status` is what a peer gets (and a client too, unless `clientStatus` says otherwise). */
export interface ErrorRow {
  readonly status: number;
  /** For people: says what happened and what to do next. */
  readonly sentence: string;
  /** `later`: the same bytes may be accepted later, a sender keeps its cursor; `never`: the refusal is final for these bytes. */
  readonly retry: 'never' | 'later';
  /** May this code leave the installation in an answer to a peer? */
  readonly peerMaySee: boolean;
  readonly clientStatus?: number;
}

type Flags = 'later' | 'peer' | 'later peer';
function row(status: number, sentence: string, flags?: Flags): ErrorRow {
  return { status, sentence, retry: flags?.startsWith('later') ? 'later' : 'never', peerMaySee: flags?.endsWith('peer') ?? false };
}

const REQUESTS = {
  SW_REQUEST_INVALID: row(400, 'The request has a field that cannot be accepted. Correct the field that is named and send it again.'),
  SW_NOT_FOUND: row(404, 'There is nothing at this address. Check the path.', 'peer'),
  SW_METHOD_NOT_ALLOWED: row(405, 'This address does not take this method. See the Allow header for the ones it takes.', 'peer'),
  SW_UNSUPPORTED_MEDIA_TYPE: row(415, 'Send application/json, plain or gzip-encoded.', 'peer'),
  SW_CONTENT_TOO_LARGE: row(413, 'This is too large. Send less at once.', 'peer'),
  SW_RATE_LIMIT_EXCEEDED: row(429, 'Too many requests. Wait as long as the Retry-After header says.', 'later peer'),
  SW_IDEMPOTENCY_CONFLICT: row(409, 'This Idempotency-Key was used for another request. Use a new key.'),
  SW_CSRF: row(403, 'The request does not carry this session’s CSRF token. Reload the page and try again.'),
  SW_INTERNAL: row(500, 'Something went wrong on this server. Try again; if it stays, give the request id to your administrator.', 'later peer'),
  SW_UNAVAILABLE: row(503, 'This server is not ready yet. Try again in a moment.', 'later'),
} as const;

const AUTH = {
  SW_AUTH_INVALID_TOKEN: row(401, 'You are not signed in. Sign in and try again.'),
  SW_AUTH_EXPIRED_TOKEN: row(401, 'Your sign-in has expired. Sign in again.'),
  SW_AUTH_OIDC_FAILED: row(400, 'The sign-in did not complete. Start it again; if it fails again, ask your administrator.'),
  SW_AUTH_REDIRECT_MISMATCH: row(400, 'The sign-in was started for another address. Start it again from the page you want to use.'),
  SW_AUTH_INSUFFICIENT_PERMISSION: row(403, 'Only an administrator of this server may do this. Ask one.'),
  SW_PROVIDER_ROLE_MISSING: row(403, 'Your account may not see the provider’s view. Ask whoever manages your accounts for the role, then sign in again.'),
  SW_AUTH_TENANT_MISMATCH: row(403, 'This sign-in belongs to another server. Sign in here.'),
} as const;

const ROOMS = {
  SW_TENANT_NOT_FOUND: row(404, 'No server of this name is served here. Check the host name.', 'peer'),
  SW_TENANT_CAPACITY: row(409, 'This server has reached its limit of people. Ask its administrator.'),
  SW_PARTICIPANT_NOT_FOUND: row(404, 'There is no such person here. Check the name, or let them sign in once.'),
  SW_NOT_MEMBER: row(403, 'This person is not in the room. Ask a member for an invitation.', 'peer'),
  SW_ROOM_NOT_FOUND: row(404, 'There is no such room, or you are not in it. Check the address, or ask for an invitation.', 'peer'),
  SW_ROOM_FORBIDDEN: row(403, 'Your power level in this room does not allow this. Ask somebody with a higher one.', 'peer'),
  SW_ROOM_FROZEN: row(409, 'The room is archived or closed. Reopen it first, or use another room.', 'peer'),
  SW_ROOM_TYPE_INVARIANT: row(400, 'A room of this kind cannot do this: incognito, bridge and sidekick rooms never federate. Use an ordinary room.', 'peer'),
  SW_ROOM_CAPACITY: row(409, 'The room has as many people from other servers as policy allows. Raise the limit or let somebody leave first.', 'peer'),
  SW_ROOM_EXPORT_REFUSED: row(400, 'A room of this kind cannot be exported.'),
  SW_ROOM_IMPORT_REFUSED: row(400, 'A room of this kind cannot be imported.'),
  SW_EVENT_NOT_FOUND: row(404, 'The message this refers to is not in the room. Reload the room and try again.', 'peer'),
  SW_EVENT_TOO_OLD_TO_EDIT: row(409, 'A message can be edited for 24 hours. Write a new one instead.', 'peer'),
  SW_REDACT_FORBIDDEN: row(403, 'Only its author, or somebody with power level 50 or more, may remove a message. Ask one of them.', 'peer'),
  SW_INVITATION_NOT_FOUND: row(404, 'There is no such invitation for you. It may have been answered or withdrawn.'),
  SW_SNOOZE_NOT_FOUND: row(404, 'There is no such reminder of yours. Its time has come, or it was cancelled.'),
  SW_SNOOZE_CAPACITY: row(409, 'You have as many reminders as one may have. Cancel some that you no longer need.'),
  SW_SEARCH_TOO_BROAD: row(400, 'This search takes too long. Use longer or rarer words, or say in which room or since when.'),
  SW_MEDIA_NOT_FOUND: row(404, 'This file is not available: it was removed, or is of a room that you are not in. Ask whoever sent it.', 'peer'),
  SW_MEDIA_QUOTA_EXCEEDED: row(409, 'There is no room left for this file. Remove messages with files that are no longer needed, or ask your administrator for more.'),
  SW_CALL_NOT_FOUND: row(404, 'There is no such call, or it has ended. Start a new one.', 'peer'),
  SW_CALL_LIVEKIT_UNREACHABLE: row(503, 'The call server cannot be reached. Try again; if it stays, tell your administrator.', 'later peer'),
} as const;

const FEDERATION = {
  SW_FED_FQID_INVALID: row(400, 'This is no valid address. Write it as @name:server.example, in lower case.'),
  SW_FED_PEER_UNREACHABLE: row(502, 'The other server cannot be reached. Check its name, or try again when it is up.'),
  SW_FED_PEER_UNKNOWN: row(403, 'Federation with this server is not allowed by policy. Ask both servers’ administrators to accept each other.', 'peer'),
  SW_FED_SIGNATURE_MISMATCH: { ...row(401, 'The signature cannot be verified. Check the clock, the key that the descriptor publishes, and what was signed.', 'peer'), clientStatus: 502 },
  SW_FED_KEY_CHANGED: { ...row(401, 'The server’s key changed without an announcement by its old key. An administrator must confirm the new key.', 'peer'), clientStatus: 502 },
  SW_FED_PROTOCOL_VERSION: row(400, 'The two servers have no protocol version in common. Upgrade the older one.', 'peer'),
  SW_FED_REQUEST_INVALID: row(400, 'The request body does not have the documented form. Nothing of it was stored; correct it and send it again.', 'peer'),
  SW_FED_EVENT_INVALID: row(400, 'The event does not have the documented form. Correct the sender; this event will never be accepted.', 'peer'),
  SW_FED_ID_CONFLICT: row(409, 'Another event has this id already. Make a new id.', 'peer'),
  SW_FED_FORBIDDEN: row(403, 'This server may not say this about this room or person.', 'peer'),
  SW_FED_CLOCK: row(400, 'The event is dated more than 60 seconds ahead. Correct the sending server’s clock; it is tried again.', 'later peer'),
  SW_FED_GAP: row(409, 'An earlier event of this room is missing here. Continue from expected_seq.', 'later peer'),
  SW_FED_CHAIN_MISMATCH: row(409, 'The two servers do not hold the same history of this room. An administrator must compare them and resume.', 'peer'),
  SW_FED_TRY_LATER: row(503, 'This cannot be decided right now. Try again as soon as the Retry-After header says.', 'later peer'),
  SW_FED_USER_UNKNOWN: row(404, 'There is no such person on that server. Check the spelling, or let them sign in there once.', 'peer'),
  SW_FED_ALREADY_MEMBER: row(409, 'This person is in the room already.', 'peer'),
  SW_FED_INVITE_EXPIRED: row(409, 'This invitation was not answered within 7 days. Ask for a new one.', 'peer'),
  SW_FED_INVITE_INVALID: row(409, 'This invitation was withdrawn, replaced or answered. Ask for a new one.', 'peer'),
  SW_FED_ROOM_CONFLICT: row(409, 'This room id already belongs to a room of another server. Make a new room.', 'peer'),
} as const;

/** Every code, in one place: HTTP status, sentence for people, retry class, whether a peer may see it. */
export const ERROR_CATALOGUE = { ...REQUESTS, ...AUTH, ...ROOMS, ...FEDERATION } satisfies Record<string, ErrorRow>;
export type ErrorCode = keyof typeof ERROR_CATALOGUE;
