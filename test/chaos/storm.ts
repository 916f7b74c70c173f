import { TestNetwork, until, type Person } from '@scaiwave/testing';
import { inflict, mendAll } from './faults.js';
import { makeRooms, People } from './people.js';
import { describeFault, makePlan, SERVERS, type Act, type PlanSize, type ServerKey } from './plan.js';
import { findShownDifferences, findTrouble } from './verify.js';

const AT_ONCE = 6;
/** People whose server is away do nothing: a fault ends after that long, too. */
const LONGEST_FAULT_MS = 4_000;

export interface StormReport {
  rooms: number;
  acts: number;
  accepted: number;
  trouble: string[];
}

/**
 * Three servers, people who go on talking, and one fault after the other, or two at once; then all is mended, and every server must hold the same.
 *
 *   plan (from the seed) ─┬─ people: acts, several at once, each until it is answered
 *                         └─ faults: one at a time, or as many as the size says, each for a number of acts
 *   mend ─→ settle ─→ compare every room on every server
 */
export async function storm({ seed, size, say }: { seed: number; size: PlanSize; say: (line: string) => void }): Promise<StormReport> {
  const plan = makePlan(seed, size);
  const network = await TestNetwork.create(SERVERS, { hasWires: true, hasOwnBackends: true });
  try {
    const names = { alpha: 'alice', beta: 'bob', gamma: 'carol' } as const;
    const persons = Object.fromEntries(await Promise.all(SERVERS.map(async (server) => [server, await network.person(names[server], server)]))) as Record<ServerKey, Person>;
    const rooms = await makeRooms(network, persons, plan.rooms);
    const people = new People(persons, rooms);
    const acting = doAll(people, plan.acts);
    await Promise.all([acting.all, rage(network, people, { faults: plan.faults, atOnce: size.faultsAtOnce, isOver: acting.isOver, say })]);
    await mendAll(network);
    say('all is mended');
    await settle(network);
    const trouble: string[] = [];
    for (const room of rooms) trouble.push(...(await findTrouble(network, room, { accepted: people.accepted.get(room.id) ?? new Set(), redacted: people.redacted })), ...(await findShownDifferences(network, room, persons)));
    return { rooms: rooms.length, acts: people.done, accepted: [...people.accepted.values()].reduce((sum, ids) => sum + ids.size, 0), trouble };
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${network.output()}`, { cause: error });
  } finally {
    await network.close();
  }
}

/** Several at once, in the order of the plan. */
function doAll(people: People, acts: readonly Act[]): { all: Promise<unknown>; isOver: () => boolean } {
  let next = 0;
  let isOver = false;
  const goOn = async (): Promise<void> => {
    while (next < acts.length) await people.act(acts[next++]!);
  };
  const all = Promise.all(Array.from({ length: AT_ONCE }, goOn)).finally(() => (isOver = true));
  return { all, isOver: () => isOver };
}

interface Rage {
  faults: ReturnType<typeof makePlan>['faults'];
  atOnce: number;
  isOver: () => boolean;
  say: (line: string) => void;
}

/** In the order of the plan. A server that is hit already is left to it: what mends one fault must not mend another. */
async function rage(network: TestNetwork, people: People, { faults, atOnce, isOver, say }: Rage): Promise<void> {
  let next = 0;
  const hit = new Map<ServerKey, Promise<void>>();
  const goOn = async (): Promise<void> => {
    while (next < faults.length && !isOver()) {
      const { fault, acts } = faults[next++]!;
      while (hit.has(fault.server)) await hit.get(fault.server);
      const over = (async () => {
        say(describeFault(fault));
        const before = people.done;
        const mend = await inflict(network, fault);
        await until('enough was done', () => isOver() || people.done >= before + acts, LONGEST_FAULT_MS).catch(() => undefined);
        await mend();
      })().finally(() => hit.delete(fault.server));
      hit.set(fault.server, over);
      await over;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, goOn));
}

/** Lanes may wait for a retry that is some seconds away. */
async function settle(network: TestNetwork): Promise<void> {
  await network.settle({ timeoutMs: 120_000 });
}
