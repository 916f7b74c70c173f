import { describe, expect, test } from '@jest/globals';
import { chainNext, chainStart, sha256 } from '@scaiwave/protocol/node';
import type { PlaceRow } from '../events/index.js';
import { decidePlace, type PlaceQuestion } from './decide-place.js';

const roomId = '01900000-0000-7000-8000-000000000001' as PlaceQuestion['place']['roomId'];
const hashes = [1, 2, 3, 4, 5, 6].map((n) => sha256(`payload ${n}`));
const chains: Buffer[] = [chainStart(roomId)];
for (const hash of hashes) chains.push(chainNext(chains.at(-1)!, hash));
const idOf = (seq: number) => `00000000-0000-7000-8000-00000000000${seq}`;

function row(seq: number, change: Partial<PlaceRow> = {}): PlaceRow {
  return { room_seq: seq, event_id: idOf(seq), chain: chains[seq]!, payload_sha256: hashes[seq - 1]!, code: null, ...change };
}

/** An entry at `seq`, asked of a server whose position is `at` and which holds `rows`. */
function ask(seq: number, at: number, asked: { rows?: PlaceRow[]; prevSeq?: number; chain?: Buffer; sameId?: PlaceQuestion['sameId']; payloadSha256?: null } = {}): ReturnType<typeof decidePlace> {
  const { rows = [], prevSeq = Math.min(at, seq - 1), chain = chains[seq]!, ...rest } = asked;
  return decidePlace({
    place: { roomId, roomSeq: seq, prevSeq, chain },
    id: idOf(seq),
    payloadSha256: hashes[seq - 1]!,
    position: { seq: at, chain: chains[at]! },
    held: new Map(rows.map((place) => [place.room_seq, place])),
    sameId: null,
    ...rest,
  });
}

describe('the place of an entry', () => {
  test('is free right after the position when the chain follows', () => {
    expect(ask(1, 0)).toEqual({ kind: 'free', wasRefused: false });
    expect(ask(3, 2)).toEqual({ kind: 'free', wasRefused: false });
  });

  test('is a gap when the entry builds on one that is not here', () => {
    expect(ask(5, 2, { prevSeq: 4 })).toEqual({ kind: 'gap', expectedSeq: 3 });
  });

  test('is free after events that were given up, with its chain as the anchor', () => {
    expect(ask(5, 2, { chain: sha256('whatever') })).toEqual({ kind: 'free', wasRefused: false });
  });

  test('mismatches when the chain does not follow from the event before', () => {
    expect(ask(3, 2, { chain: sha256('other') }).kind).toBe('mismatch');
    expect(ask(1, 0, { chain: sha256('other') }).kind).toBe('mismatch');
  });

  test('is held when the same event stands there', () => {
    expect(ask(2, 4, { rows: [row(2)] })).toEqual({ kind: 'held' });
  });

  test('mismatches when another event, payload or chain stands there', () => {
    expect(ask(2, 4, { rows: [row(2, { event_id: idOf(6) })] }).kind).toBe('mismatch');
    expect(ask(2, 4, { rows: [row(2, { payload_sha256: hashes[5]! })] }).kind).toBe('mismatch');
    expect(ask(2, 4, { rows: [row(2, { chain: sha256('other') })] }).kind).toBe('mismatch');
  });

  test('of a late entry is checked against both neighbours', () => {
    expect(ask(3, 5, { rows: [row(2), row(4)] })).toEqual({ kind: 'free', wasRefused: false });
    expect(ask(3, 5, { rows: [row(2)], chain: sha256('other') }).kind).toBe('mismatch');
    expect(ask(3, 5, { rows: [row(4)], chain: sha256('other') }).kind).toBe('mismatch');
    expect(ask(3, 5, { chain: sha256('other') })).toEqual({ kind: 'free', wasRefused: false });
  });

  test('of a refused event can still be taken', () => {
    expect(ask(3, 5, { rows: [row(3, { code: 'SW_FED_SIGNATURE_MISMATCH' })] })).toEqual({ kind: 'free', wasRefused: true });
  });

  test('is refused to another payload under a known id, and to a known event at a second place', () => {
    expect(ask(3, 2, { sameId: { room_seq: 1, payload_sha256: hashes[0]! } })).toEqual({ kind: 'id_conflict' });
    expect(ask(3, 2, { sameId: { room_seq: 1, payload_sha256: hashes[2]! } }).kind).toBe('mismatch');
    expect(ask(3, 2, { sameId: { room_seq: null, payload_sha256: hashes[2]! } })).toEqual({ kind: 'free', wasRefused: false });
  });

  test('of an own event whose bytes are lost here is believed', () => {
    expect(ask(3, 2, { payloadSha256: null, chain: sha256('other') })).toEqual({ kind: 'free', wasRefused: false });
  });
});
