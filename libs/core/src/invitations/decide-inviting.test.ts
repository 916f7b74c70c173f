import { describe, expect, it } from '@jest/globals';
import type { Fqid, RoomId, ServerName, TenantId } from '@scaiwave/protocol';
import type { RoomRow } from '../rooms/room-row.js';
import { decideInviting, type InvitingFacts } from './decide-inviting.js';

const alpha = 'alpha.test' as ServerName;
const beta = 'beta.test' as ServerName;

function room(changes: Partial<RoomRow> = {}): RoomRow {
  return {
    tenant_id: 't' as TenantId, id: 'r' as RoomId, host: alpha, room_type: 'group', scope_kind: null, name: 'Launch', topic: null, state: 'open',
    creator: '@alice:alpha.test' as Fqid, is_public: false, hides_history: false, federation_enabled: true, dm_key: null, last_seq: 1, chain: Buffer.alloc(32),
    lane_start_seq: null, lane_state: 'ok', lane_error: null, out_seq: 0, backfill_state: 'none', checkpoint_seq: 0, in_sync_at: null, missing_count: 0, created_at: new Date(0), ...changes,
  };
}

const people = (count: number, limit: number) => ({ rule: 'max_foreign_participants_per_room' as const, count, limit });
const ofPeer = (count: number, limit: number) => ({ rule: 'peer_max_foreign_participants_per_room' as const, count, limit });

function facts(changes: Partial<InvitingFacts> = {}): InvitingFacts {
  return {
    room: room(), ownServer: alpha, inviteeServer: beta, isAskedFor: false, isDmPartner: false,
    peerings: [{ allowed: true }], membership: null, capacities: [people(0, 50)], ...changes,
  };
}

describe('our own side’s checks of an invitation', () => {
  it('allows a person of an accepted server into an open room', () => {
    expect(decideInviting(facts())).toEqual({ allowed: true });
  });

  it.each<[string, Partial<InvitingFacts>, string]>([
    ['somebody of this very server', { inviteeServer: alpha }, 'SW_REQUEST_INVALID'],
    ['an incognito room', { room: room({ room_type: 'incognito', scope_kind: 'incognito' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['a bridge room', { room: room({ room_type: 'bridge' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['a sidekick room', { room: room({ room_type: 'sidekick' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['an ordinary room with a scope', { room: room({ scope_kind: 'incognito' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['a room whose federation is switched off', { room: room({ federation_enabled: false }) }, 'SW_ROOM_FORBIDDEN'],
    ['a third person in a DM', { room: room({ room_type: 'dm' }) }, 'SW_ROOM_TYPE_INVARIANT'],
    ['an archived room', { room: room({ state: 'archived' }) }, 'SW_ROOM_FROZEN'],
    ['a closed room', { room: room({ state: 'closed' }) }, 'SW_ROOM_FROZEN'],
    ['a server that policy does not accept', { peerings: [{ allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'mode_closed' }] }, 'SW_FED_PEER_UNKNOWN'],
    ['a member', { membership: 'join' }, 'SW_FED_ALREADY_MEMBER'],
    ['a banned person', { membership: 'ban' }, 'SW_ROOM_FORBIDDEN'],
    ['one more than the limit', { capacities: [people(50, 50)] }, 'SW_ROOM_CAPACITY'],
    ['anybody where the limit is 0', { capacities: [people(0, 0)] }, 'SW_ROOM_CAPACITY'],
    ['one more of a peer than the provider allows', { capacities: [people(3, 50), ofPeer(2, 2)] }, 'SW_ROOM_CAPACITY'],
  ])('refuses %s', (_, changes, code) => {
    expect(decideInviting(facts(changes))).toMatchObject({ allowed: false, code });
  });

  it.each<[string, Partial<InvitingFacts>]>([
    ['the other person of a DM', { room: room({ room_type: 'dm' }), isDmPartner: true }],
    ['somebody who left', { membership: 'leave' }],
    ['our own person where another server’s member asks for it', { inviteeServer: alpha, isAskedFor: true, capacities: [] }],
    ['our own person in a room of another host', { room: room({ host: beta }), inviteeServer: alpha }],
    ['the last one that there is place for', { capacities: [people(49, 50), ofPeer(1, 2)] }],
  ])('allows %s', (_, changes) => {
    expect(decideInviting(facts(changes))).toEqual({ allowed: true });
  });

  it('names the rule for our own admin and looks at the kind of room before policy', () => {
    const refusing = { peerings: [{ allowed: true } as const, { allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'blocked_peers' } as const] };
    expect(decideInviting(facts(refusing))).toEqual({ allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'blocked_peers' });
    expect(decideInviting(facts({ ...refusing, room: room({ room_type: 'bridge' }) }))).toMatchObject({ code: 'SW_ROOM_TYPE_INVARIANT' });
  });
});
