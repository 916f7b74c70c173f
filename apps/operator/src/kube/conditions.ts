/** One line of `status.conditions`, as Kubernetes' API conventions want it. */
export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  observedGeneration?: number;
  lastTransitionTime: string;
}

/** What was found out about one condition; the rest is filled in when it is written. */
export type Finding = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

const MAX_MESSAGE = 1_024;

/** The findings as conditions: the time of the last transition stays while the status stays. */
export function buildConditions(findings: readonly Finding[], present: readonly Condition[], at: { now: Date; generation: number }): Condition[] {
  return findings.map((finding) => {
    const before = present.find(({ type }) => type === finding.type);
    const lastTransitionTime = before?.status === finding.status ? before.lastTransitionTime : `${at.now.toISOString().slice(0, 19)}Z`;
    return { ...finding, message: finding.message.slice(0, MAX_MESSAGE), observedGeneration: at.generation, lastTransitionTime };
  });
}
