import { Arrivals } from '../arrivals.mjs';
import { round } from '../numbers.mjs';
import { readUsage, usageBetween } from '../process-usage.mjs';

const PADDING = 'x'.repeat(180);
let mark = 0;

/** W2, W3: sixteen senders at once, messages of 200 bytes, to one room or to many in turn. */
export async function burst({ all, dave, senders }, rooms, messages) {
  const name = `burst ${(mark += 1)} `;
  const arrivals = await Arrivals.on(dave, name);
  const before = readUsage(all.roots());
  const began = performance.now();
  let next = 0;
  const send = async (sender) => {
    while (next < messages) {
      const n = next++;
      await sender.say(rooms[n % rooms.length], `${name}${n} ${PADDING}`);
    }
  };
  await Promise.all(senders.map(send));
  const accepted = performance.now();
  await arrivals.all(messages, 120_000);
  arrivals.close();
  const used = usageBetween(before, readUsage(all.roots()));
  const cpuSeconds = Object.values(used).reduce((sum, { cpu_seconds: seconds }) => sum + seconds, 0);
  return {
    accepted_per_second: round(messages / ((accepted - began) / 1000), 0),
    delivered_per_second: round(arrivals.seen.size / ((arrivals.lastAt - began) / 1000), 0),
    cpu_ms_per_message: round((cpuSeconds * 1000) / messages, 2),
    lost: messages - arrivals.seen.size,
    doubled: arrivals.doubled,
    out_of_order: arrivals.outOfOrder,
    processes: Object.fromEntries(Object.entries(used).map(([process, { cpu_seconds: cpu, rss_mb: rss }]) => [process, { cpu_ms_per_message: round((cpu * 1000) / messages, 2), rss_mb: round(rss, 0) }])),
  };
}
