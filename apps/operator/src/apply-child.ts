import type { Applied } from './kube/kube-client.js';
import type { Kind, KubeObject } from './kube/kube-object.js';
import { keyOf } from './kube/kube-object.js';
import type { OperatorContext } from './operator-context.js';

export interface Child<T extends KubeObject> {
  kind: Kind;
  wanted: T;
  /** as last seen */
  present: T | null;
  /** was it made for the present spec before? Then somebody took it away */
  isMade?: boolean;
}

/**
 * Applies an object that a resource asks for. When somebody had changed or removed it, that is counted and told beside the resource;
 * for what no resource owns alone, beside the object.
 */
export async function applyChild<T extends KubeObject>(context: OperatorContext, { kind, wanted, present, isMade = false }: Child<T>, owner: KubeObject | null): Promise<Applied> {
  const { client, events, metrics } = context;
  const others = present !== null && client.hasDrifted(wanted, present) ? await client.listOtherManagers(kind, keyOf(wanted)) : [];
  const applied = await client.apply(kind, wanted, present);
  const isRestored = applied === 'created' && isMade;
  if (applied !== 'repaired' && !isRestored) return applied;
  metrics.driftCorrected.inc({ kind: kind.kind });
  const who = others.length > 0 ? `somebody else (${others.join(', ')})` : 'somebody else';
  const message = `${kind.kind} ${wanted.metadata.name} had been ${isRestored ? `removed by ${who} and was made again` : `changed by ${who} and was put right`}.`;
  await events.record(owner ?? present ?? wanted, { type: 'Warning', reason: 'DriftCorrected', message });
  return applied;
}
