import { describe, expect, it } from '@jest/globals';
import { ApiError } from './client.js';
import { Outbox, type OutboxEntry } from './outbox.js';

const ROOM = 'room-1';

/** A server that answers as told, a storage that can be shared, and time that passes when it is told to. */
class World {
  readonly storage = new MemoryStorage();
  readonly sent: string[] = [];
  readonly delays: number[] = [];
  entries: readonly OutboxEntry[] = [];
  unreachable = 0;
  answer: (entry: OutboxEntry) => Promise<void> = () => Promise.resolve();
  private task: (() => void) | null = null;

  open(owner = '@alice:acme.test'): Outbox {
    const outbox = new Outbox({
      owner,
      storage: this.storage,
      send: async (entry) => {
        await this.answer(entry);
        this.sent.push(entry.id);
      },
      schedule: (task, delayMs) => {
        this.delays.push(delayMs);
        this.task = task;
        return () => (this.task = null);
      },
      onChange: (entries) => (this.entries = entries),
      onUnreachable: () => (this.unreachable += 1),
    });
    outbox.start();
    return outbox;
  }

  async pass(): Promise<void> {
    this.task?.();
    await settled();
  }

  states() {
    return this.entries.map(({ id, state }) => [id, state]);
  }
}

class MemoryStorage implements Storage {
  private readonly map = new Map<string, string>();
  get length() {
    return this.map.size;
  }
  clear = () => this.map.clear();
  key = (index: number) => [...this.map.keys()][index] ?? null;
  getItem = (key: string) => this.map.get(key) ?? null;
  setItem = (key: string, value: string) => void this.map.set(key, value);
  removeItem = (key: string) => void this.map.delete(key);
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const refuse = (status: number) => () => Promise.reject(new ApiError(status, { code: status === 0 ? 'SW_OFFLINE' : 'SW_ROOM_FORBIDDEN' }));
const message = (id: string, roomId = ROOM) => ({ id, roomId, content: { body: id } });

describe('the outbox', () => {
  it('sends in the order of writing, one at a time in a room, and keeps nothing of what has arrived', async () => {
    const world = new World();
    const outbox = world.open();
    for (const id of ['a', 'b', 'c']) outbox.add(message(id));
    await settled();
    expect([world.sent, world.entries, world.storage.length]).toEqual([['a', 'b', 'c'], [], 0]);
  });

  it.each([0, 401, 429, 503])('keeps and repeats what found no answer (%d), later and later, and nothing overtakes it', async (status) => {
    const world = new World();
    world.answer = refuse(status);
    const outbox = world.open();
    outbox.add(message('a'));
    outbox.add(message('b'));
    await settled();
    expect(world.states()).toEqual([['a', 'waiting'], ['b', 'waiting']]);
    await world.pass();
    await world.pass();
    expect([world.delays, world.unreachable]).toEqual([[2_000, 4_000, 8_000], 3]);
    world.answer = () => Promise.resolve();
    outbox.flush();
    await settled();
    expect(world.sent).toEqual(['a', 'b']);
  });

  it('goes on in another room while one waits', async () => {
    const world = new World();
    world.answer = ({ roomId }) => (roomId === ROOM ? refuse(0)() : Promise.resolve());
    const outbox = world.open();
    outbox.add(message('a'));
    outbox.add(message('b', 'room-2'));
    await settled();
    expect([world.sent, world.states()]).toEqual([['b'], [['a', 'waiting']]]);
  });

  it('shows what was refused and goes on with the next; only a retry sends it again', async () => {
    const world = new World();
    world.answer = ({ id }) => (id === 'a' ? refuse(403)() : Promise.resolve());
    const outbox = world.open();
    outbox.add(message('a'));
    outbox.add(message('b'));
    await settled();
    outbox.flush();
    await settled();
    expect([world.sent, world.entries[0]?.problem?.code]).toEqual([['b'], 'SW_ROOM_FORBIDDEN']);
    world.answer = () => Promise.resolve();
    outbox.retry('a');
    await settled();
    expect(world.sent).toEqual(['b', 'a']);
  });

  it('takes up after a reload what was left, in its order, with the same ids, and only its owner’s', async () => {
    const world = new World();
    world.answer = refuse(0);
    const before = world.open();
    for (const id of ['a', 'b']) before.add(message(id));
    await settled();
    before.stop();
    world.storage.setItem('sw-outbox:@alice:acme.test:broken', '{"id":1');
    world.answer = () => Promise.resolve();
    world.open('@bob:acme.test');
    await settled();
    expect(world.sent).toEqual([]);
    world.open();
    await settled();
    expect(world.sent).toEqual(['a', 'b']);
  });

  it('forgets what another window has discarded', async () => {
    const world = new World();
    world.answer = refuse(0);
    const outbox = world.open();
    outbox.add(message('a'));
    await settled();
    outbox.storageChanged('sw-outbox:@alice:acme.test:a', null);
    expect(world.entries).toEqual([]);
  });
});
