import { z } from 'zod';
import { fqidSchema, roomIdSchema, serverOf, timestampSchema, type ServerName } from './ids.js';
import { LIMITS } from './limits.js';

export const typingSchema = z.looseObject({ type: z.literal('swp.typing'), room_id: roomIdSchema, fqid: fqidSchema, typing: z.boolean(), ts: timestampSchema });
/** `appear_offline` is sent as `offline`. */
export const presenceStatusSchema = z.enum(['online', 'idle', 'busy', 'offline']);
export const presenceSchema = z.looseObject({ type: z.literal('swp.presence'), fqid: fqidSchema, status: presenceStatusSchema, ts: timestampSchema });

/** Never stored, never retried, newest wins. */
export const ephemeralSchema = z.discriminatedUnion('type', [typingSchema, presenceSchema]);
export type Ephemeral = z.infer<typeof ephemeralSchema>;

/** The entry, or null: a wrong ephemeral is dropped silently. */
export function parseEphemeral(entry: unknown): Ephemeral | null {
  const result = ephemeralSchema.safeParse(entry);
  return result.success ? result.data : null;
}

export interface EphemeralFacts {
  readonly carrier: ServerName;
  readonly nowMs: number;
  /** For typing: the host of `room_id` as known here, us included; null when unknown. */
  readonly roomHost: ServerName | null;
  readonly receiver: ServerName;
  /** For typing: is `fqid` joined in `room_id`? */
  readonly isInRoom: boolean;
  /** Does the carrier host a room in which `fqid` and one of our people are joined? */
  readonly sharesRoomOfCarrier: boolean;
}

/** Whether an ephemeral is taken. `hearsay` = presence handed on by a host, which gives way to what the person's own server says. */
export function decideEphemeral(entry: Ephemeral, facts: EphemeralFacts): { taken: false } | { taken: true; hearsay: boolean } {
  if (entry.ts - facts.nowMs > LIMITS.clockDriftMs) return { taken: false };
  const own = serverOf(entry.fqid) === facts.carrier;
  if (entry.type === 'swp.presence') return own || facts.sharesRoomOfCarrier ? { taken: true, hearsay: !own } : { taken: false };
  if (!facts.isInRoom || facts.roomHost === null) return { taken: false };
  const taken = facts.roomHost === facts.receiver ? own : facts.carrier === facts.roomHost;
  return taken ? { taken: true, hearsay: false } : { taken: false };
}
