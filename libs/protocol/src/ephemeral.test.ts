import { describe, expect, test } from '@jest/globals';
import { decideEphemeral, parseEphemeral, type Ephemeral, type EphemeralFacts, type ServerName } from './index.js';

const NOW = 1_763_850_000_000;
const ROOM = '01900000-0000-7000-8000-0000000000a1';
const server = (name: string) => `${name}.test` as ServerName;
const presence = parseEphemeral({ type: 'swp.presence', fqid: '@bob:beta.test', status: 'idle', ts: NOW }) as Ephemeral;
const typing = parseEphemeral({ type: 'swp.typing', room_id: ROOM, fqid: '@bob:beta.test', typing: true, ts: NOW }) as Ephemeral;
const decide = (entry: Ephemeral, facts: Partial<EphemeralFacts>) =>
  decideEphemeral(entry, { carrier: server('beta'), nowMs: NOW, roomHost: null, receiver: server('us'), isInRoom: true, sharesRoomOfCarrier: false, ...facts });
const TAKEN = { taken: true, hearsay: false };
const DROPPED = { taken: false };

describe('presence', () => {
  test('is taken from the person’s own server', () => expect(decide(presence, {})).toEqual(TAKEN));
  test('is hearsay from a host in whose room both are', () => expect(decide(presence, { carrier: server('alpha'), sharesRoomOfCarrier: true })).toEqual({ taken: true, hearsay: true }));
  test('is dropped from anyone else', () => expect(decide(presence, { carrier: server('alpha') })).toEqual(DROPPED));
  test('may be sixty seconds ahead', () => {
    expect(decide(presence, { nowMs: NOW - 60_000 })).toEqual(TAKEN);
    expect(decide(presence, { nowMs: NOW - 60_001 })).toEqual(DROPPED);
  });
});

describe('typing', () => {
  test('is taken by the host from the person’s own server only', () => {
    expect(decide(typing, { roomHost: server('us') })).toEqual(TAKEN);
    expect(decide(typing, { roomHost: server('us'), carrier: server('gamma'), sharesRoomOfCarrier: true })).toEqual(DROPPED);
  });
  test('is taken by members from the host only', () => {
    expect(decide(typing, { roomHost: server('alpha'), carrier: server('alpha') })).toEqual(TAKEN);
    expect(decide(typing, { roomHost: server('alpha') })).toEqual(DROPPED);
  });
  test('is dropped in an unknown room or of somebody outside', () => {
    expect(decide(typing, {})).toEqual(DROPPED);
    expect(decide(typing, { roomHost: server('us'), isInRoom: false })).toEqual(DROPPED);
  });
});

test.each([
  null, 7, 'x', [], {}, { type: 'swp.other' }, { ...presence, status: 'appear_offline' }, { ...presence, fqid: 'bob' }, { ...presence, ts: '1' }, { ...typing, room_id: 'r' }, { ...typing, typing: 1 },
])('%j is no ephemeral', (entry) => expect(parseEphemeral(entry)).toBeNull());
