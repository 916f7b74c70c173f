// `make bench-operator`: the operator in a large cluster, on a real control plane and a Postgres with fsync, all on this machine.
// Prints a table and writes bench-operator.json. Figures are of the machine that is named; nothing here passes or fails.
//   TENANTS=1000   PEERS=5000   SECRETS=20000 (of others)   OPERATOR_NODE_OPTIONS=--cpu-prof
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ControlPlane, createTestDatabase, Kubectl, OwnBackends } from '../../libs/testing/dist/index.js';
import { findControlPlane } from '../../tools/control-plane/ensure.mjs';
import { Crowd } from './operator/crowd.mjs';
import { OperatorProcess } from './operator/operator-process.mjs';
import { describeMachine } from './machine.mjs';
import { round } from './numbers.mjs';

const size = { tenants: Number(process.env.TENANTS ?? 1_000), peers: Number(process.env.PEERS ?? 5_000), secrets: Number(process.env.SECRETS ?? 20_000) };

// Looking costs the operator and the apiserver something too.
const LOOK_MS = 1_000;

const found = findControlPlane();
if (found.folder === undefined) {
  process.stderr.write(`There is no control plane (${found.reason}): make control-plane builds one.\n`);
  process.exit(1);
}
const plane = await ControlPlane.start(found.folder);
const backends = await OwnBackends.start();
const database = await createTestDatabase(backends.postgresUrl);
const figures = { machine: describeMachine(), size };
try {
  await run();
} finally {
  await plane.stop();
  await backends.close();
}
for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(28)}${typeof value === 'object' ? JSON.stringify(value) : value}`);
await writeFile('bench-operator.json', `${JSON.stringify(figures, null, 2)}\n`);
process.exit(0);

async function run() {
  await new Kubectl(found.folder, plane.kubeconfig).applyCrds();
  const crowd = new Crowd(plane, size);
  say('filling the cluster');
  await crowd.fill();
  const operator = new OperatorProcess(plane, database);
  say('first sync: nothing of it was ever seen');
  figures.first_sync = await measure(operator, async () => (await operator.isIdle(size)) && crowd.isSynced());
  await operator.end();
  say('begun anew: all of it is as it should be');
  figures.begun_anew = await measure(operator, () => operator.isIdle(size));
  figures.idle = await idle(operator);
  figures.one_more_tenant_ms = await timeOf(() => crowd.addOne());
  await operator.end();
}

async function measure(operator, isDone) {
  const begun = performance.now();
  await operator.start();
  while (!(await isDone())) await delay(LOOK_MS);
  const seconds = round((performance.now() - begun) / 1_000);
  const { rssMb, peakMb, cpuSeconds, connections } = operator.usage();
  const figures = { seconds, cpu_seconds: round(cpuSeconds), rss_mb: Math.round(rssMb), peak_rss_mb: Math.round(peakMb), connections, ...(await operator.requests()) };
  say(JSON.stringify(figures));
  return figures;
}

async function idle(operator) {
  const before = [operator.usage(), await operator.requests()];
  await delay(60_000);
  const after = [operator.usage(), await operator.requests()];
  return { cpu_percent: round((after[0].cpuSeconds - before[0].cpuSeconds) / 0.6), writes_in_a_minute: after[1].writes - before[1].writes, rss_mb: Math.round(after[0].rssMb) };
}

async function timeOf(act) {
  const begun = performance.now();
  await act();
  return Math.round(performance.now() - begun);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
