import type { Applied } from './kube/kube-client.js';
import type { Kind, KubeObject } from './kube/kube-object.js';
import type { OperatorContext } from './operator-context.js';

/** Applies an object that a resource asks for, and tells the resource when somebody had changed it. */
export async function applyChild<T extends KubeObject>(
  { client, events, metrics }: OperatorContext,
  { kind, wanted, present }: { kind: Kind; wanted: T; present: T | null },
  owner: KubeObject | null,
): Promise<Applied> {
  const applied = await client.apply(kind, wanted, present);
  if (applied !== 'repaired') return applied;
  metrics.driftCorrected.inc({ kind: kind.kind });
  if (owner !== null) await events.record(owner, { type: 'Warning', reason: 'DriftCorrected', message: `${kind.kind} ${wanted.metadata.name} had been changed by somebody else and was put right.` });
  return applied;
}
