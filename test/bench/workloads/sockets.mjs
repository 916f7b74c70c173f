import { quantile, round } from '../numbers.mjs';

const SOCKETS = 500;
const MESSAGES = 100;
const WARM_UP = 10;

/** W10: five hundred sockets of one API process in one room; from the sender's request on the other server until the frame is with each of them. */
export async function sockets({ alice, dave }, room) {
  const heard = [];
  let onLast;
  let left = 0;
  const listen = () => dave.listen((frame, now) => {
    if (!frame.content?.body?.startsWith('crowd of sockets ')) return;
    heard.push(now);
    left -= 1;
    if (left === 0) onLast();
  });
  const open = [];
  for (let n = 0; n < SOCKETS; n += 1) open.push(await listen());
  const took = [];
  for (let n = 0; n < MESSAGES + WARM_UP; n += 1) {
    heard.length = 0;
    left = SOCKETS;
    const all = new Promise((resolve) => (onLast = resolve));
    const began = performance.now();
    await alice.say(room, `crowd of sockets ${n}`);
    await all;
    if (n >= WARM_UP) took.push(...heard.map((at) => at - began));
  }
  for (const socket of open) socket.close();
  took.sort((a, b) => a - b);
  return { sockets: SOCKETS, frames: took.length, p50_ms: round(quantile(took, 0.5)), p99_ms: round(quantile(took, 0.99)) };
}
