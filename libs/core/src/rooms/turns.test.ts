import { expect, test } from '@jest/globals';
import { Turns } from './turns.js';

/** Batches wait until they are let go, in their order. */
function heldTurns(most: number, atOnce = 1) {
  const batches: string[][] = [];
  const gates: PromiseWithResolvers<void>[] = [];
  const take = async (inputs: readonly string[]): Promise<PromiseSettledResult<string>[]> => {
    batches.push([...inputs]);
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise;
    return inputs.map((input) => (input === 'bad' ? { status: 'rejected', reason: new Error('bad') } : { status: 'fulfilled', value: input.toUpperCase() }));
  };
  const turns = new Turns<string, string>({ most, atOnce, take });
  const release = async (index: number) => {
    while (!gates[index]) await Promise.resolve();
    gates[index]!.resolve();
  };
  return { turns, batches, gates, release };
}

test('the first goes at once, who comes meanwhile goes together, at most so many', async () => {
  const { turns, batches, release } = heldTurns(2);
  const said = ['a', 'b', 'c', 'd'].map((input) => turns.run({ key: 'room' }, input));
  expect(batches).toEqual([['a']]);
  await release(0);
  await release(1);
  await release(2);
  expect(await Promise.all(said)).toEqual(['A', 'B', 'C', 'D']);
  expect(batches).toEqual([['a'], ['b', 'c'], ['d']]);
});

test('one that is refused does not spoil the others of its batch', async () => {
  const { turns, release } = heldTurns(16);
  const said = ['a', 'bad', 'c'].map((input) => turns.run({ key: 'room' }, input));
  await release(0);
  await release(1);
  expect((await Promise.allSettled(said)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('another key does not wait', async () => {
  const { turns, batches, release } = heldTurns(16);
  const said = [turns.run({ key: 'one' }, 'a'), turns.run({ key: 'two' }, 'b')];
  expect(batches).toEqual([['a'], ['b']]);
  await release(1);
  await release(0);
  expect(await Promise.all(said)).toEqual(['A', 'B']);
});

test('a batch that throws is everybody’s failure, and the next one runs', async () => {
  let calls = 0;
  const turns = new Turns<string, string>({
    most: 16,
    take: (inputs) => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('Postgres is away')) : Promise.resolve(inputs.map((value) => ({ status: 'fulfilled', value })));
    },
  });
  const [first, second] = [turns.run({ key: 'room' }, 'a'), turns.run({ key: 'room' }, 'b')];
  await expect(first).rejects.toThrow('Postgres is away');
  expect(await second).toBe('b');
});

test('a batch that takes long does not hold up what is about other parts', async () => {
  const { turns, batches, release } = heldTurns(16, 2);
  const said = [['a', 'one'], ['b', 'two'], ['c', 'one'], ['d', 'three'], ['e', 'two']].map(([input, part]) => turns.run({ key: 'tenant', part }, input!));
  expect(batches).toEqual([['a']]);
  while (batches.length < 2) await new Promise(setImmediate);
  expect(batches).toEqual([['a'], ['b', 'd', 'e']]);
  await release(0);
  await said[0];
  while (batches.length < 3) await new Promise(setImmediate);
  expect(batches[2]).toEqual(['c']);
  await release(1);
  await release(2);
  expect(await Promise.all(said)).toEqual(['A', 'B', 'C', 'D', 'E']);
});
