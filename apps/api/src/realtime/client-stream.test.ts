import type { Actor, StreamCursor } from '@scaiwave/core';
import { until } from '@scaiwave/testing/until';
import type { WebSocket } from 'ws';
import { ClientStream } from './client-stream.js';
import type { ReadFrames } from './read-frames.js';

/** A socket that keeps what is sent, and says how much of it is still unsent. */
class Wire {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | null = null;
  send(text: string, taken: () => void = () => undefined): void {
    this.sent.push((JSON.parse(text) as { id: string }).id);
    this.whenTaken(taken);
  }
  /** Calls back when the network has taken it. */
  whenTaken = (taken: () => void): void => taken();
  close(code: number): void {
    this.closedWith = code;
    this.readyState = 2;
  }
}

const actor = { tenant: { id: 't' }, participantId: 'p', fqid: '@alice:alpha.test' } as unknown as Actor;
const at = (xid: number, position = 0): StreamCursor => ({ xid: String(xid), position });
const frame = (id: string) => ({ type: 'swp.room.message', id });

/** Pages as the database would give them: of all entries, those after the cursor. */
function pagesOf(entries: Array<[StreamCursor, string]>, onRead: () => void = () => {}): ReadFrames {
  return {
    page: (_tenant: string, { after }: { after: StreamCursor }) => {
      const found = entries.filter(([cursor]) => Number(cursor.xid) > Number(after.xid));
      const page = { frames: found.slice(0, 2).map(([, id]) => ({ frame: frame(id) })), next: found[1]?.[0] ?? found[0]?.[0] ?? after, hasMore: found.length > 2 };
      onRead();
      return Promise.resolve(page);
    },
  } as unknown as ReadFrames;
}

test('what is fanned out before the backfill has reached it is not sent twice, and nothing falls between', async () => {
  const wire = new Wire();
  const stream = new ClientStream(actor, wire as unknown as WebSocket, at(0));
  const entries: Array<[StreamCursor, string]> = [1, 2, 3].map((n) => [at(n), `m${n}`]);
  // While the first page is read, the live reader gives out another event.
  const isFirst = { yes: true };
  const reads = pagesOf(entries, () => {
    if (!isFirst.yes) return;
    isFirst.yes = false;
    entries.push([at(4), 'm4']);
    stream.take(frame('m4'), at(4));
  });
  await stream.catchUp(reads, () => entries.at(-1)![0]);
  stream.take(frame('m4'), at(4));
  stream.take(frame('m5'), at(5));
  expect(wire.sent).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
});

test('a socket that does not take what it is sent is closed, and gets nothing more', async () => {
  const wire = new Wire();
  const stream = new ClientStream(actor, wire as unknown as WebSocket, at(0));
  await stream.catchUp(pagesOf([]), () => at(0));
  stream.take(frame('m1'), at(1));
  wire.bufferedAmount = 5 * 1024 * 1024;
  stream.take(frame('m2'), at(2));
  stream.take(frame('m3'), at(3));
  expect([wire.sent, wire.closedWith]).toEqual([['m1'], 4003]);
});

test('a history goes no faster than the network takes it, however much is unsent', async () => {
  const wire = new Wire();
  const stream = new ClientStream(actor, wire as unknown as WebSocket, at(0));
  const taken: (() => void)[] = [];
  wire.whenTaken = (callback) => void taken.push(callback);
  wire.bufferedAmount = 5 * 1024 * 1024;
  const caughtUp = stream.catchUp(pagesOf([1, 2, 3].map((n) => [at(n), `m${n}`])), () => at(3));
  for (let n = 1; n <= 3; n += 1) {
    await until(`m${n} is handed over`, () => taken.length === n);
    expect(wire.sent).toHaveLength(n);
    taken[n - 1]!();
  }
  await caughtUp;
  expect([wire.sent, wire.closedWith]).toEqual([['m1', 'm2', 'm3'], null]);
});

test('typing waits for nobody: it is dropped until the stream is live', async () => {
  const wire = new Wire();
  const stream = new ClientStream(actor, wire as unknown as WebSocket, at(0));
  stream.takeEphemeral({ type: 'typing', id: 'early' });
  await stream.catchUp(pagesOf([]), () => at(0));
  stream.takeEphemeral({ type: 'typing', id: 'now' });
  expect(wire.sent).toEqual(['now']);
});
