import { until, type ApiserverProxy } from '@scaiwave/testing';
import type { Cluster } from './cluster.js';

export interface KillPlan {
  cluster: Cluster;
  /** the operator goes through it */
  proxy: ApiserverProxy;
  env: Record<string, string>;
  /** asks for something new; each round with another number, from 1 */
  act: (round: number) => Promise<void>;
  /** null when all is as it should be, else what is missing */
  missing: (round: number) => Promise<string | null>;
}

/**
 * Asks for the same kind of thing again and again, and kills the operator (`kill -9`) after its first write, its second, its third …, before
 * it hears that the write was done; what is left is to be made good by the next operator. Ends when a round needs no more writes.
 * @returns how many kills there were
 */
export async function killAfterEachWrite({ cluster, proxy, env, act, missing }: KillPlan): Promise<number> {
  for (let round = 1; ; round += 1) {
    const isKilled = await killAfter({ cluster, proxy, writes: round, act: () => act(round), isDone: async () => (await missing(round)) === null });
    if (isKilled) await cluster.startOperator('operator', env);
    await untilNothingIs(missing, round);
    if (!isKilled) return round - 1;
  }
}

interface Kill {
  cluster: Cluster;
  proxy: ApiserverProxy;
  writes: number;
  act: () => Promise<void>;
  isDone: () => Promise<boolean>;
}

async function killAfter({ cluster, proxy, writes, act, isDone }: Kill): Promise<boolean> {
  let seen = 0;
  let end: Promise<void> | undefined;
  proxy.swallow = () => {
    seen += 1;
    if (seen === writes) end = cluster.endOperator('operator', 'SIGKILL');
    return seen >= writes;
  };
  await act();
  await until(`the operator is killed after ${writes} writes, or has done without`, async () => end !== undefined || ((await isDone()) && (await isQuiet(proxy, () => end !== undefined))));
  const isKilled = end !== undefined;
  await end;
  proxy.mend();
  return isKilled;
}

/** Does the operator write nothing while it renews its lease twice? */
export async function isQuiet(proxy: ApiserverProxy, isOver = (): boolean => false): Promise<boolean> {
  const [writes, renewals] = [proxy.writes.length, proxy.renewals];
  await until('the lease is renewed twice, or something is written', () => proxy.renewals >= renewals + 2 || proxy.writes.length > writes || isOver());
  return proxy.writes.length === writes && !isOver();
}

async function untilNothingIs(missing: KillPlan['missing'], round: number): Promise<void> {
  let last: string | null = null;
  await until(`round ${round} has all that it should have`, async () => {
    last = await missing(round);
    return last === null;
  }).catch((error: Error) => Promise.reject(new Error(`${error.message} Missing: ${last}`)));
}
