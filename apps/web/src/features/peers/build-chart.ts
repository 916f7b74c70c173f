import type { PeerHistory } from '../../api/types.js';

export const MEASURES = ['sent', 'retried', 'failed', 'latency'] as const;
export type Measure = (typeof MEASURES)[number];

/** A quarter of an hour. */
export interface Slot extends Record<Exclude<Measure, 'latency'>, number> {
  /** ms since the epoch */
  from: number;
  to: number;
  /** mean of the buckets that have one, in ms */
  latency: number | null;
}

const SLOT_MS = 900_000;

/** The day in quarters of an hour, those without traffic too, oldest first. */
export function buildSlots(history: PeerHistory): Slot[] {
  const from = Math.floor(Date.parse(history.from) / SLOT_MS) * SLOT_MS;
  const count = Math.ceil((Date.parse(history.to) - from) / SLOT_MS);
  const slots = Array.from({ length: count }, (_, at): Slot => ({ from: from + at * SLOT_MS, to: from + (at + 1) * SLOT_MS, sent: 0, retried: 0, failed: 0, latency: null }));
  const latencies = slots.map((): number[] => []);
  for (const bucket of history.buckets) {
    const at = Math.floor((Date.parse(bucket.at) - from) / SLOT_MS);
    const slot = slots[at];
    if (!slot) continue;
    slot.sent += bucket.sent;
    slot.retried += bucket.retried;
    slot.failed += bucket.failed;
    if (bucket.latency_ms !== null) latencies[at]?.push(bucket.latency_ms);
  }
  return slots.map((slot, at) => ({ ...slot, latency: meanOf(latencies[at] ?? []) }));
}

/** What stands above a chart: the sum of the day, or the mean where a sum says nothing. */
export function summaryOf(slots: readonly Slot[], measure: Measure): number | null {
  if (measure === 'latency') return meanOf(slots.flatMap((slot) => (slot.latency === null ? [] : [slot.latency])));
  return slots.reduce((sum, slot) => sum + slot[measure], 0);
}

export function mostOf(slots: readonly Slot[], measure: Measure): number {
  return Math.max(0, ...slots.map((slot) => slot[measure] ?? 0));
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
}
