import { quantile, round } from '../numbers.mjs';

const MESSAGES = 300;
const WARM_UP = 30;

/** W1: from the sender's request to the receiver's frame on the other server, one message at a time. */
export async function latency({ alice, dave }, room) {
  const waiting = new Map();
  const socket = await dave.listen((frame, now) => waiting.get(frame.content?.body)?.(now));
  const took = [];
  for (let n = 0; n < MESSAGES + WARM_UP; n += 1) {
    const body = `latency ${n}`;
    const arrived = new Promise((resolve) => waiting.set(body, resolve));
    const began = performance.now();
    await alice.say(room, body);
    const ms = (await arrived) - began;
    if (n >= WARM_UP) took.push(ms);
  }
  socket.close();
  took.sort((a, b) => a - b);
  return { p50_ms: round(quantile(took, 0.5)), p95_ms: round(quantile(took, 0.95)), p99_ms: round(quantile(took, 0.99)) };
}
