import { splitKey } from './kube/kube-object.js';
import type { OperatorMetrics } from './operator-metrics.js';

/** What of a tenant's keys comes by itself. */
export interface KeyDates {
  /** when its keys have to be looked at again */
  lookAgainAt: Date | null;
  signsSince: Date | null;
  nextRotationAt: Date | null;
}

/**
 * When which tenant's keys are due, by the clock and not by a timer: clocks jump, and processes sleep. Filled by the first pass over
 * every tenant after a start.
 */
export class KeySchedule {
  readonly #dates = new Map<string, KeyDates>();

  set(tenant: string, dates: KeyDates): void {
    this.#dates.set(tenant, dates);
  }

  forget(tenant: string, metrics: OperatorMetrics): void {
    this.#dates.delete(tenant);
    metrics.keyAge.remove(labelsOf(tenant));
    metrics.nextRotation.remove(labelsOf(tenant));
  }

  /** Tenants that are due, each once: the pass over it says when it is due again. */
  takeDue(now: number): string[] {
    const due = [...this.#dates].filter(([, { lookAgainAt }]) => lookAgainAt !== null && lookAgainAt.getTime() <= now);
    for (const [tenant, dates] of due) this.#dates.set(tenant, { ...dates, lookAgainAt: null });
    return due.map(([tenant]) => tenant);
  }

  measure({ keyAge, nextRotation }: OperatorMetrics, now: number): void {
    for (const [tenant, { signsSince, nextRotationAt }] of this.#dates) {
      const labels = labelsOf(tenant);
      if (signsSince === null) keyAge.remove(labels);
      else keyAge.set(labels, Math.max(0, (now - signsSince.getTime()) / 1_000));
      if (nextRotationAt === null) nextRotation.remove(labels);
      else nextRotation.set(labels, nextRotationAt.getTime() / 1_000);
    }
  }
}

function labelsOf(tenant: string): { namespace: string; name: string } {
  const { namespace = '', name } = splitKey(tenant);
  return { namespace, name };
}
