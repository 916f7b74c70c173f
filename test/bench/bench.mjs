// `make bench`: two installations on this machine, real processes, Postgres and Redis with fsync on.
// Prints a table and writes bench.json. Figures are of the machine that is named; nothing here passes or fails.
//   ONLY=W1,W3   these workloads only          RUNS=3     medians of so many runs
//   OUTAGE_SECONDS=60                          BACKLOG=10000,100000       FAIRNESS_BACKLOG=400000
import { writeFile } from 'node:fs/promises';
import { Installations } from './installations.mjs';
import { describeMachine } from './machine.mjs';
import { medianOf, round } from './numbers.mjs';
import { usageBetween } from './process-usage.mjs';
import { print } from './report.mjs';
import { makeWorld, sharedRoom } from './world.mjs';
import { backlog } from './workloads/backlog.mjs';
import { burst } from './workloads/burst.mjs';
import { bytes } from './workloads/bytes.mjs';
import { crowd } from './workloads/crowd.mjs';
import { fairness } from './workloads/fairness.mjs';
import { latency } from './workloads/latency.mjs';
import { memory } from './workloads/memory.mjs';
import { outage } from './workloads/outage.mjs';
import { sockets } from './workloads/sockets.mjs';
import { web } from './workloads/web.mjs';

const RUNS = Number(process.env.RUNS ?? 3);
const ONLY = process.env.ONLY?.split(',');
const OUTAGE_SECONDS = Number(process.env.OUTAGE_SECONDS ?? 60);
const BACKLOG = (process.env.BACKLOG ?? '10000,100000').split(',').map(Number);
const FAIRNESS_BACKLOG = Number(process.env.FAIRNESS_BACKLOG ?? 400_000);
const ROOMS = 20;
const FAR_MS = 150;

const all = await Installations.start();
const figures = {
  machine: describeMachine(),
  durability: 'fsync on, synchronous_commit on',
  runs: RUNS,
  demo_ready_seconds: round(all.secondsToReady),
};
try {
  await run();
} finally {
  await all.stop();
}
print(figures);
await writeFile('bench.json', `${JSON.stringify(figures, null, 2)}\n`);
process.exit(0);

async function run() {
  const world = await makeWorld(all);
  const room = await sharedRoom(world, 'Bench');
  const rooms = isWanted('W3', 'W6') ? await Promise.all(Array.from({ length: ROOMS }, (_, n) => sharedRoom(world, `Bench ${n}`))) : [];
  await warmUp(world, [room, ...rooms]);
  await record('W5', RUNS, () => memory(world));
  await record('W1', RUNS, () => latency(world, room));
  await record('W2', RUNS, () => burst(world, [room], 2_000));
  await record('W3', RUNS, () => burst(world, rooms, ROOMS * 100));
  await record('W8', RUNS, async () => crowd(world, await sharedRoom(world, 'Crowd')));
  await record('W4', RUNS, () => outage(world, room, OUTAGE_SECONDS));
  await record('W10', RUNS, () => sockets(world, room));
  await record('W11', RUNS, () => web(world, 'Bench'));
  await record('W7', RUNS, () => backlogs(world));
  await record('fairness', 1, () => fairness(world, room, FAIRNESS_BACKLOG));
  if (!isWanted('W6', 'W9')) return;
  await all.putWiresBetween();
  await warmUp(world, [room, ...rooms]);
  await record('W9', RUNS, () => bytes(world, room));
  await record('W6', RUNS, () => far(world, room, rooms));
}

/** A server that has run for a minute: code is compiled, and Postgres knows what is in its tables (autovacuum looks once a minute). */
async function warmUp(world, rooms) {
  for (let n = 0; n < 3; n += 1) await burst(world, rooms, 500);
  for (const name of ['one', 'two']) {
    const owner = await all.ownerOf(name);
    await owner.query('ANALYZE');
    await owner.end();
  }
  await burst(world, rooms, 500);
}

/** W6: the same with a long way between the servers. */
async function far(world, room, rooms) {
  all.setDelay(FAR_MS);
  const figures = { rtt_ms: FAR_MS, one_room: await burst(world, [room], 1_000), twenty_rooms: await burst(world, rooms, ROOMS * 100) };
  all.setDelay(0);
  return figures;
}

async function backlogs(world) {
  const drained = {};
  for (const count of BACKLOG) drained[`of_${count}`] = await backlog(world, await sharedRoom(world, `Backlog ${count}`), count);
  return drained;
}

async function record(name, runs, workload) {
  if (!isWanted(name)) return;
  const results = [];
  for (let n = 0; n < runs; n += 1) {
    const before = all.usage();
    results.push({ ...(await workload()), by_process: usageOfAll(before, all.usage()) });
  }
  figures[name] = medianOf(results);
  process.stderr.write(`${name} ${JSON.stringify(figures[name])}\n`);
}

/** CPU seconds and memory of every process of both installations, by what it is; of a process that was killed, what it used is not in it. */
function usageOfAll(before, after) {
  return Object.fromEntries(Object.entries(after).map(([name, usage]) => [name, roundAll(usageBetween(before[name] ?? [], usage))]));
}

function roundAll(byName) {
  return Object.fromEntries(Object.entries(byName).map(([name, { cpu_seconds: cpu, rss_mb: rss }]) => [name, { cpu_seconds: round(cpu, 2), rss_mb: round(rss, 0) }]));
}

function isWanted(...names) {
  return ONLY === undefined || names.some((name) => ONLY.includes(name));
}
