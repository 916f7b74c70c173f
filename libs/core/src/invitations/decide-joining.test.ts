import { describe, expect, it } from '@jest/globals';
import type { RoomRow } from '../rooms/room-row.js';
import { decideJoining, type JoiningFacts } from './decide-joining.js';
import type { InvitationRow } from './invitation-row.js';

const NOW = 1_800_000_000_000;
const room = (changes: Partial<RoomRow> = {}) => ({ room_type: 'group', scope_kind: null, federation_enabled: true, state: 'open', ...changes }) as RoomRow;
const row = (changes: Partial<InvitationRow> = {}) => ({ state: 'pending', error_code: null, expires_at: new Date(NOW + 1), ...changes }) as InvitationRow;
const decide = (changes: Partial<JoiningFacts> = {}) =>
  decideJoining({ room: room(), row: row(), membership: null, isForeign: true, hasPlace: true, now: NOW, ...changes });

describe('an acceptance at the host', () => {
  it('makes a member of somebody with a pending invitation', () => {
    expect(decide()).toEqual({ kind: 'join' });
  });

  it('counts although the invitee’s server has not confirmed the invitation yet', () => {
    expect(decide({ row: row({ state: 'sending' }) })).toEqual({ kind: 'join' });
  });

  it('changes nothing the second time, also after the deadline', () => {
    expect(decide({ row: row({ state: 'accepted', expires_at: new Date(0) }) })).toEqual({ kind: 'already' });
  });

  it('uses the invitation up when the person came in by another way', () => {
    expect(decide({ membership: 'join' })).toEqual({ kind: 'settle' });
  });

  it.each<[string, Partial<JoiningFacts>, string]>([
    ['at the deadline', { row: row({ expires_at: new Date(NOW) }) }, 'SW_FED_INVITE_EXPIRED'],
    ['after the sweep marked it expired', { row: row({ state: 'expired' }) }, 'SW_FED_INVITE_EXPIRED'],
    ['after it was revoked', { row: row({ state: 'revoked' }) }, 'SW_FED_INVITE_INVALID'],
    ['after it was refused before, with the same code,', { row: row({ state: 'revoked', error_code: 'SW_ROOM_CAPACITY' }) }, 'SW_ROOM_CAPACITY'],
    ['after it was declined', { row: row({ state: 'declined' }) }, 'SW_FED_INVITE_INVALID'],
    ['by somebody banned since', { membership: 'ban' }, 'SW_ROOM_FORBIDDEN'],
    ['in a room closed since', { room: room({ state: 'closed' }) }, 'SW_ROOM_FROZEN'],
    ['in a room that no longer federates', { room: room({ federation_enabled: false }) }, 'SW_ROOM_FORBIDDEN'],
    ['when the last place is taken', { hasPlace: false }, 'SW_ROOM_CAPACITY'],
  ])('is refused %s', (_, changes, code) => {
    expect(decide(changes)).toEqual({ kind: 'refuse', code });
  });

  it('lets our own person into a room that does not federate any more', () => {
    expect(decide({ isForeign: false, room: room({ federation_enabled: false }) })).toEqual({ kind: 'join' });
  });
});
