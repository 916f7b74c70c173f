import { decodeJws, type EventResult } from '@scaiwave/protocol';
import type { FakePeer } from '@scaiwave/testing';

type Entry = Record<string, unknown> & { jws?: string; id?: string };
type Verdict = Omit<EventResult, 'id'>;

/** An answer of a fake peer that judges each event of a batch by itself. */
export function resultsOf(judge: (event: Entry, index: number) => Verdict): FakePeer['answer'] {
  return ({ method, body }) => {
    if (method !== 'POST') return { status: 200, body: { data: [], meta: { has_more: false } } };
    const { events } = JSON.parse(body.toString('utf8')) as { events: Entry[] };
    return { status: 200, body: { data: { results: events.map((event, index) => ({ id: idOf(event), ...judge(event, index) })) } } };
  };
}

export function idOf(event: Entry): string | null {
  const decoded = decodeJws(event.jws);
  return decoded.ok ? decoded.payload.id : (event.id ?? null);
}

/** Does something as soon as the first batch has come in, before it is answered. */
export function onFirstBatch(peer: FakePeer, act: () => void): void {
  const arrived = peer.received.push.bind(peer.received);
  peer.received.push = (...requests) => {
    const isFirst = requests.some(({ method }) => method === 'POST') && !peer.received.some(({ method }) => method === 'POST');
    if (isFirst) act();
    return arrived(...requests);
  };
}

/**
 * Counts how many batches the peer holds at once, and how many of one room. Requests are answered late, the first ones not before so many
 * are there, and `received` is filled when a request has come in whole, so that those between coming and being answered are in flight.
 */
export function watchFlight(peer: FakePeer, first = 1): { most: number; mostOfOneLane: number } {
  const seen = { most: 0, mostOfOneLane: 0 };
  const rooms = new Map<number, unknown[]>();
  let release = (): void => undefined;
  peer.holds = new Promise((resolve) => (release = resolve));
  const arrived = peer.received.push.bind(peer.received);
  peer.received.push = (...requests) => {
    for (const { method, body } of requests) {
      if (method !== 'POST') continue;
      rooms.set(peer.received.length, [...new Set((JSON.parse(body.toString('utf8')) as { events: Entry[] }).events.map((event) => event.room_id))]);
      seen.most = Math.max(seen.most, rooms.size);
      if (rooms.size === first) release();
      for (const room of new Set([...rooms.values()].flat())) {
        seen.mostOfOneLane = Math.max(seen.mostOfOneLane, [...rooms.values()].filter((others) => others.includes(room)).length);
      }
    }
    return arrived(...requests);
  };
  const answer = resultsOf(() => ({ status: 'stored' }));
  peer.behaviour = { kind: 'slow', ms: 200 };
  peer.answer = (request) => {
    rooms.delete(peer.received.indexOf(request));
    return answer(request);
  };
  return seen;
}
