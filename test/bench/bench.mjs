// `make bench`: the demo's two installations on this machine, real processes, Postgres and Redis with fsync on.
// Prints a table and writes bench.json. Figures are of the machine that is named; nothing here passes or fails.
import { writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { Client } from './client.mjs';
import { makePeople } from './people.mjs';
import { readUsage, usageBetween } from './process-usage.mjs';
import { startDemo } from './start-demo.mjs';

const LATENCY_MESSAGES = 300;
const BURST_MESSAGES = 2_000;
const SENDERS = 16;

const demo = await startDemo();
try {
  const tenantOf = (name) => demo.tenants.find((tenant) => tenant.server_name === name);
  const alice = new Client(tenantOf('acme.localhost'), 'alice');
  const dave = new Client(tenantOf('initech.localhost'), 'dave');
  const room = await sharedRoom(alice, dave);
  const senders = await makePeople({ tenant: tenantOf('acme.localhost'), dataFolder: demo.dataFolder, count: SENDERS });
  for (const sender of senders) await alice.call('POST', `/v1/rooms/${room}/invite`, { participant_id: sender.participantId });
  const figures = {
    machine: { cpu: cpus()[0].model, cores: cpus().length, memory_gib: Math.round(totalmem() / 2 ** 30), node: process.version },
    durability: 'fsync on, synchronous_commit on',
    demo_ready_seconds: round(demo.secondsToReady),
    latency_ms: await latency(alice, dave, room),
    one_room_16_senders: await burst(senders, dave, room),
  };
  print(figures);
  await writeFile('bench.json', `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await demo.stop();
}
process.exit(0);

async function sharedRoom(host, guest) {
  const { id } = await host.call('POST', '/v1/rooms', { room_type: 'group', name: 'Bench' });
  const invitation = await host.call('POST', `/v1/rooms/${id}/invitations`, { fqid: guest.fqid });
  await guest.call('POST', `/v1/me/invitations/${invitation.id}/accept`);
  for (;;) {
    const members = await host.call('GET', `/v1/rooms/${id}/members`);
    const rooms = await guest.call('GET', '/v1/rooms');
    if (members.length === 2 && rooms.some((seen) => seen.id === id)) return id;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** From the sender's request to the receiver's frame on the other server, one message at a time. */
async function latency(sender, receiver, room) {
  const waiting = new Map();
  const socket = await receiver.listen((frame, now) => waiting.get(frame.content?.body)?.(now));
  const took = [];
  for (let n = 0; n < LATENCY_MESSAGES + 20; n += 1) {
    const body = `latency ${n}`;
    const arrived = new Promise((resolve) => waiting.set(body, resolve));
    const began = performance.now();
    await sender.say(room, body);
    const ms = (await arrived) - began;
    if (n >= 20) took.push(ms); // the first ones warm up
  }
  socket.close();
  took.sort((a, b) => a - b);
  const at = (share) => round(took[Math.min(took.length - 1, Math.floor(share * took.length))]);
  return { messages: took.length, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

async function burst(senders, receiver, room) {
  const seen = new Set();
  let last = 0;
  let allCame = () => {};
  const done = new Promise((resolve) => (allCame = resolve));
  const socket = await receiver.listen((frame, now) => {
    if (frame.type !== 'swp.room.message' || !frame.content?.body?.startsWith('burst ')) return;
    seen.add(frame.id);
    last = now;
    if (seen.size === BURST_MESSAGES) allCame();
  });
  const padding = 'x'.repeat(180);
  const usedBefore = readUsage(demo.pid);
  const began = performance.now();
  let next = 0;
  const send = async (sender) => {
    while (next < BURST_MESSAGES) await sender.say(room, `burst ${next++} ${padding}`);
  };
  await Promise.all(senders.map(send));
  const accepted = performance.now();
  await Promise.race([done, new Promise((resolve) => setTimeout(resolve, 120_000))]);
  socket.close();
  const used = usageBetween(usedBefore, readUsage(demo.pid));
  const cpuSeconds = Object.values(used).reduce((sum, { cpu_seconds: seconds }) => sum + seconds, 0);
  return {
    messages: BURST_MESSAGES,
    cpu_ms_per_message: round((cpuSeconds * 1000) / BURST_MESSAGES),
    processes: Object.fromEntries(Object.entries(used).map(([name, { cpu_seconds: cpu, rss_mb: rss }]) => [name, { cpu_seconds: round(cpu), rss_mb: Math.round(rss) }])),
    accepted_per_second: round(BURST_MESSAGES / ((accepted - began) / 1000)),
    delivered_per_second: round(seen.size / ((last - began) / 1000)),
    lost: BURST_MESSAGES - seen.size,
  };
}

function round(value) {
  return Math.round(value * 10) / 10;
}

function print({ machine, durability, demo_ready_seconds, latency_ms, one_room_16_senders }) {
  const rows = [
    ['machine', `${machine.cpu}, ${machine.cores} cores, ${machine.memory_gib} GiB, Node ${machine.node}`],
    ['durability', durability],
    ['demo ready', `${demo_ready_seconds} s (wanted: ≤ 20)`],
    ['latency between servers', `p50 ${latency_ms.p50} ms, p95 ${latency_ms.p95}, p99 ${latency_ms.p99} (wanted now: p50 ≤ 50)`],
    ['one room, 16 senders', `${one_room_16_senders.accepted_per_second} accepted/s, ${one_room_16_senders.delivered_per_second} delivered/s, ${one_room_16_senders.lost} lost (wanted: ≥ 350 delivered/s)`],
    ['  CPU of both servers', `${one_room_16_senders.cpu_ms_per_message} ms per message, databases included (wanted: ≤ 3)`],
    ...Object.entries(one_room_16_senders.processes).map(([name, { cpu_seconds: cpu, rss_mb: rss }]) => [`  ${name} (both)`, `${cpu} s CPU, ${rss} MB`]),
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(26)}${value}`);
}
