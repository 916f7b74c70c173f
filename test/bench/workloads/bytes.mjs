import { Arrivals } from '../arrivals.mjs';
import { round } from '../numbers.mjs';

const BATCH = 50;
const PADDING = 'x'.repeat(180);

/** W9: bytes on the wire for one event to one destination, both directions, in a batch of fifty; and how many of them are not its content. */
export async function bytes({ all, bob, alice, dave }, room) {
  const peer = '/v1/admin/federation/peers/initech.localhost';
  await bob.call('PATCH', peer, { action: 'pause' });
  let contentBytes = 0;
  for (let n = 0; n < BATCH; n += 1) {
    const body = `bytes ${n} ${PADDING}`;
    contentBytes += JSON.stringify({ msgtype: 'swp.text', body }).length;
    await alice.say(room, body);
  }
  const arrivals = await Arrivals.on(dave, 'bytes ');
  const wire = all.wires.get('two');
  const before = wire.bytesIn + wire.bytesOut;
  await bob.call('PATCH', peer, { action: 'resume' });
  await arrivals.all(BATCH, 60_000);
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // the answer is on its way back
  arrivals.close();
  const total = wire.bytesIn + wire.bytesOut - before;
  return { batch: BATCH, bytes_per_event: round(total / BATCH, 0), content_bytes_per_event: round(contentBytes / BATCH, 0), overhead_per_event: round(Math.max(0, total - contentBytes) / BATCH, 0) };
}
