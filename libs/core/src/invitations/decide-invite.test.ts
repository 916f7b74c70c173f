import { describe, expect, it } from '@jest/globals';
import { LIMITS, type EventPayload, type InviteContent } from '@scaiwave/protocol';
import { decideInvite, type InviteFacts } from './decide-invite.js';

const ROOM = '0198c0de-0000-7000-8000-000000000001';
const SENT = 1_800_000_000_000;
const WEEK = LIMITS.inviteLifetimeMs;

const payload = (changes: object = {}) =>
  ({ id: ROOM, type: 'swp.room.invite', room_id: ROOM, origin: 'alpha.test', sender: '@alice:alpha.test', origin_ts: SENT, content_sha256: '', ...changes }) as EventPayload;

const content = (changes: object = {}, roomChanges: object = {}) =>
  ({
    invite_id: ROOM,
    room: { id: ROOM, name: 'Launch', topic: null, room_type: 'group', host: 'alpha.test', servers: ['alpha.test'], ...roomChanges },
    inviter: { fqid: '@alice:alpha.test', display_name: 'Alice' },
    invitee: '@bob:beta.test',
    expires_at: SENT + WEEK,
    ...changes,
  }) as InviteContent;

const facts = (changes: Partial<InviteFacts> = {}): InviteFacts => ({
  hasUnacceptedServer: false, isInviteeKnown: true, isAskedFor: false, isRoomBoundElsewhere: false, isIdTaken: false, isInvitingForbidden: false, exceeded: [], ...changes,
});

interface Case {
  payload?: EventPayload;
  content?: InviteContent;
  facts?: InviteFacts;
  now?: number;
}
const decide = (given: Case) =>
  decideInvite(
    { ownServer: 'beta.test' as never, payload: given.payload ?? payload(), content: given.content ?? content(), now: given.now ?? SENT },
    given.facts ?? facts(),
  );

describe('a received invitation', () => {
  it('is taken when all is in order', () => {
    expect(decide({})).toEqual({ allowed: true });
  });

  it('is taken from an inviter who is not at the host, without a sender', () => {
    const inviter = { fqid: '@carol:gamma.test', display_name: 'Carol' };
    expect(decide({ payload: payload({ sender: undefined }), content: content({ inviter }) })).toEqual({ allowed: true });
  });

  it('is taken in the name of one of our own people who asked the host for it', () => {
    const inviter = { fqid: '@bea:beta.test', display_name: 'Bea' };
    expect(decide({ payload: payload({ sender: undefined }), content: content({ inviter }), facts: facts({ isAskedFor: true, isInvitingForbidden: true }) })).toEqual({ allowed: true });
  });

  it('is open until the last millisecond of the seventh day', () => {
    expect(decide({ now: SENT + WEEK - 1 })).toEqual({ allowed: true });
  });

  it.each<[string, Case, string]>([
    ['names another room than its payload', { payload: payload({ room_id: '0198c0de-0000-7000-8000-000000000002' }) }, 'SW_FED_EVENT_INVALID'],
    ['is not made by the room’s host', { content: content({}, { host: 'gamma.test' }) }, 'SW_FED_FORBIDDEN'],
    ['expires a millisecond too late', { content: content({ expires_at: SENT + WEEK + 1 }) }, 'SW_FED_EVENT_INVALID'],
    ['is sent by somebody else than the inviter', { payload: payload({ sender: '@mallory:alpha.test' }) }, 'SW_FED_EVENT_INVALID'],
    ['has no sender although the inviter is at the host', { payload: payload({ sender: undefined }) }, 'SW_FED_EVENT_INVALID'],
    ['is said to come from one of our own people, who did not ask for it', { payload: payload({ sender: undefined }), content: content({ inviter: { fqid: '@bea:beta.test', display_name: 'Bea' } }) }, 'SW_FED_FORBIDDEN'],
    ['comes from a server that our provider lets not invite', { facts: facts({ isInvitingForbidden: true }) }, 'SW_FED_PEER_UNKNOWN'],
    ['is for an incognito room', { content: content({}, { room_type: 'incognito' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['is for a bridge room', { content: content({}, { room_type: 'bridge' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['is for a room of an unknown kind', { content: content({}, { room_type: 'moon' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['is for a room with a scope', { content: content({}, { scope_kind: 'incognito' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['is for a room with a server that policy refuses', { facts: facts({ hasUnacceptedServer: true }) }, 'SW_FED_PEER_UNKNOWN'],
    ['is over when it comes', { now: SENT + WEEK }, 'SW_FED_INVITE_EXPIRED'],
    ['is for somebody of another server', { content: content({ invitee: '@bob:gamma.test' }) }, 'SW_FED_USER_UNKNOWN'],
    ['is for nobody', { facts: facts({ isInviteeKnown: false }) }, 'SW_FED_USER_UNKNOWN'],
    ['claims the room id of another host', { facts: facts({ isRoomBoundElsewhere: true }) }, 'SW_FED_ROOM_CONFLICT'],
    ['claims the id of another invitation', { facts: facts({ isIdTaken: true }) }, 'SW_FED_ID_CONFLICT'],
    ['is for a room with more foreign people than we allow', { facts: facts({ exceeded: [{ rule: 'max_foreign_participants_per_room', count: 51, limit: 50 }] }) }, 'SW_ROOM_CAPACITY'],
  ])('is refused when it %s', (_, given, code) => {
    expect(decide(given)).toMatchObject({ allowed: false, code });
  });
});
