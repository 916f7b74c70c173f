import { Arrivals } from '../arrivals.mjs';
import { round } from '../numbers.mjs';
import { until } from '../world.mjs';

const MESSAGES = 1_000;

/** W4: the other installation is killed with its Postgres and Redis, a thousand messages are said, it comes back. */
export async function outage({ all, senders, dave }, room, outageSeconds) {
  const name = `outage ${Math.random()} `;
  await all.kill('two');
  const killed = performance.now();
  for (let n = 0; n < MESSAGES; n += 1) await senders[n % senders.length].say(room, `${name}${n}`);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, outageSeconds * 1000 - (performance.now() - killed))));
  const back = all.launch('two');
  await until(() => dave.call('GET', '/v1/me'), 20);
  const answered = performance.now();
  const arrivals = await Arrivals.on(dave, name);
  const had = await messagesOf(dave, room, name);
  await arrivals.all(MESSAGES - had, 120_000);
  arrivals.close();
  await back;
  const arrived = new Set([...arrivals.seen, ...(await idsOf(dave, room, name))]).size;
  return { messages: MESSAGES, arrived, doubled: arrivals.doubled, out_of_order: arrivals.outOfOrder, seconds_after_return: round((Math.max(arrivals.lastAt, answered) - answered) / 1000, 2) };
}

async function messagesOf(person, room, mark) {
  return (await idsOf(person, room, mark)).length;
}

async function idsOf(person, room, mark) {
  const ids = [];
  for (let from = ''; ; ) {
    const page = await person.page(`/v1/rooms/${room}/messages?limit=100&direction=back${from}`);
    ids.push(...page.data.filter((event) => event.content?.body?.startsWith(mark)).map((event) => event.id));
    if (!page.meta.has_more || page.data.length === 0) return ids;
    from = `&from=${page.meta.next_cursor}`;
  }
}
