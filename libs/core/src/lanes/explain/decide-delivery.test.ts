import { describe, expect, it } from '@jest/globals';
import type { ServerName } from '@scaiwave/protocol';
import type { PeerRow } from '../../peers/index.js';
import { decideDelivery, type DeliveryFacts } from './decide-delivery.js';

const alpha = 'alpha.test' as ServerName;
const beta = 'beta.test' as ServerName;
const at = new Date(Date.UTC(2026, 4, 1));
const lane = { kind: 'host', place: 12, ackedSeq: 12, sentSeq: 0, startSeq: 3, endSeq: null, state: 'ok', stopCode: null, lastAckedAt: at } as const;
const waitingLane = { ...lane, ackedSeq: 9 };
const event = { origin: alpha, type: 'swp.room.message', madeAt: at, isSigned: true, isRedacted: false, state: 'sequenced', failureCode: null };
const peerRow = { admin_state: 'active', verdict: null, last_seen_at: at, last_success_at: at, last_error_code: null, last_error_message: null, last_error_at: null, failing_since: null, attempts: 0, next_attempt_at: null } as unknown as PeerRow;
const room = { host: alpha, name: 'Launch', state: 'open', federates: true };
const peer = (changes: Partial<PeerRow>): Pick<DeliveryFacts, 'peer'> => ({ peer: { ...peerRow, ...changes } });

function decide(changes: Partial<DeliveryFacts>) {
  const facts: DeliveryFacts = { own: alpha, to: beta, event, room, lane, control: null, exception: null, peer: peerRow, verdict: { allowed: true }, giveUpAfterMs: 86_400_000, now: at, ...changes };
  return decideDelivery(facts);
}

describe('the explanation of a delivery', () => {
  it.each<[string, Partial<DeliveryFacts>, string, RegExp]>([
    ['it was made there', { event: { ...event, origin: beta } }, 'not_sent', /made this event itself/],
    ['another server orders the room', { lane: null, room: { ...room, host: 'gamma.test' as ServerName } }, 'not_sent', /ordered by gamma.test/],
    ['the room does not federate', { lane: null, room: { ...room, federates: false } }, 'not_sent', /does not federate/],
    ['nobody of it is in the room', { lane: null }, 'not_sent', /Nobody of beta.test/],
    ['it was said before the peer came', { lane: { ...lane, place: 2 } }, 'not_sent', /before beta.test came/],
    ['it was said after the peer left', { lane: { ...lane, endSeq: 10 } }, 'not_sent', /had left/],
    ['the peer refused it', { exception: { state: 'refused', code: 'SW_ROOM_FORBIDDEN', at, requestedAt: null } }, 'refused', /SW_ROOM_FORBIDDEN/],
    ['the host refused it', { lane: { ...lane, kind: 'member' }, event: { ...event, state: 'failed', failureCode: 'SW_ROOM_FROZEN' } }, 'refused', /SW_ROOM_FROZEN/],
    ['it was given up', { exception: { state: 'failed', code: 'SW_FED_PEER_UNREACHABLE', at, requestedAt: null } }, 'failed', /within 24 hours/],
    ['it was asked for again', { exception: { state: 'failed', code: null, at, requestedAt: at } }, 'waiting', /sent again/],
    ['it was redacted before it left', { lane: { ...lane, kind: 'member' }, event: { ...event, isRedacted: true, isSigned: false } }, 'not_sent', /redacted before/],
    ['it is there', {}, 'stored', /has stored it/],
    ['it is there though the peer is paused', peer({ admin_state: 'paused' }), 'stored', /has stored it/],
    ['the peer is paused', { lane: waitingLane, ...peer({ admin_state: 'paused' }) }, 'waiting', /paused/],
    ['the peer is blocked', { lane: waitingLane, ...peer({ admin_state: 'blocked' }) }, 'waiting', /blocked/],
    ['the peer was removed', { lane: waitingLane, ...peer({ admin_state: 'removed' }) }, 'waiting', /was removed/],
    ['the peer has removed us', { lane: waitingLane, ...peer({ admin_state: 'removed_by_them' }) }, 'waiting', /has removed this server/],
    ['our policy refuses the peer', { lane: waitingLane, verdict: { allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule: 'mode_closed', early: true } }, 'waiting', /mode_closed/],
    ['the lane has stopped', { lane: { ...waitingLane, state: 'stopped', stopCode: 'SW_FED_CHAIN_MISMATCH' } }, 'waiting', /SW_FED_CHAIN_MISMATCH/],
    ['the peer is down', { lane: waitingLane, ...peer({ verdict: 'down', failing_since: at, last_error_message: 'connect: ECONNREFUSED', next_attempt_at: at }) }, 'waiting', /cannot be reached since 2026-05-01.*ECONNREFUSED/],
    ['the peer is busy', { lane: waitingLane, ...peer({ verdict: 'busy' }) }, 'waiting', /asks us to wait/],
    ['the peer refuses us', { lane: waitingLane, ...peer({ verdict: 'refuses_us' }) }, 'waiting', /refuses our requests/],
    ['others are before it', { lane: waitingLane }, 'waiting', /2 before it have not been taken/],
    ['it left without an answer', { lane: { ...waitingLane, sentSeq: 12 } }, 'waiting', /was sent to .*no answer has come/],
    ['it was signed for another server', { lane: waitingLane }, 'waiting', /It waits to be sent/],
    ['nobody has signed it', { lane: waitingLane, event: { ...event, isSigned: false } }, 'waiting', /waits for a worker/],
    ['a control event was refused', { room: null, lane: null, control: { state: 'refused', code: 'SW_FED_USER_UNKNOWN', settledAt: at, ahead: 0 } }, 'refused', /SW_FED_USER_UNKNOWN/],
    ['a control event is there', { room: null, lane: null, control: { state: 'stored', code: null, settledAt: at, ahead: 0 } }, 'stored', /has stored it/],
    ['one control event is before it', { room: null, lane: null, control: { state: 'queued', code: null, settledAt: null, ahead: 1 } }, 'waiting', /1 before it has not/],
  ])('says that %s', (_what, changes, verdict, because) => {
    const explanation = decide(changes);
    expect([explanation.verdict, explanation.because]).toEqual([verdict, expect.stringMatching(because)]);
    expect(explanation.facts.length).toBeGreaterThan(3);
  });
});
