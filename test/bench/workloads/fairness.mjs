import { medianOf, round } from '../numbers.mjs';
import { sharedRoom } from '../world.mjs';
import { fill } from './backlog.mjs';
import { latency } from './latency.mjs';

const PEER = '/v1/admin/federation/peers/initech.localhost';

/**
 * The latency that one tenant sees: alone, while another tenant of the same processes has so many events waiting for a peer
 * that does not take them, and while they are drained. On a machine whose cores the draining fills, the last is a matter of cores.
 */
export async function fairness(world, room, count) {
  const { all, carol, dave } = world;
  const alone = await thrice(() => latency(world, room));
  const other = await sharedRoom({ alice: carol, dave, senders: [] }, 'Of the other tenant');
  await carol.call('PATCH', PEER, { action: 'pause' });
  const owner = await all.ownerOf('one');
  await fill(owner, { room: other, host: 'globex.localhost', sender: carol.fqid, count });
  await owner.end();
  const waiting = await thrice(() => latency(world, room));
  await carol.call('PATCH', PEER, { action: 'resume' });
  const draining = await latency(world, room);
  const left = (await carol.call('GET', PEER)).backlog;
  await carol.call('PATCH', PEER, { action: 'pause' });
  return { events: count, alone, waiting, draining, left_at_the_end: left, p99_waiting_against_alone: round(waiting.p99_ms / alone.p99_ms, 2), p99_draining_against_alone: round(draining.p99_ms / alone.p99_ms, 2) };
}

/** A p99 is of three messages: one run of it says little. */
async function thrice(workload) {
  return medianOf([await workload(), await workload(), await workload()]);
}
