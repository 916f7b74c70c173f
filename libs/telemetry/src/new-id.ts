import { randomFillSync } from 'node:crypto';
import type { Clock } from './clock.js';

const POOL_IDS = 256;
const RANDOM_BYTES = 10;
const pool = Buffer.alloc(POOL_IDS * RANDOM_BYTES);
let used = pool.length;

/** A new UUIDv7 (RFC 9562 §5.7): 48 bits of the clock's milliseconds, 74 bits from the CSPRNG. */
export function newId(clock: Clock): string {
  if (used >= pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const random = pool.subarray(used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  const time = clock.now().toString(16).padStart(12, '0');
  const hex = random.toString('hex');
  random.fill(0); // an id is never handed out twice, and its bits do not linger
  const variant = (8 + (Number.parseInt(hex[3]!, 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-${variant}${hex.slice(4, 7)}-${hex.slice(7, 19)}`;
}

/** The milliseconds since the epoch that a UUIDv7 was made at. */
export function idTime(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
