import { keyOf, type KubeObject } from '../kube/kube-object.js';
import { ANNOTATIONS, LABELS, POD } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';

/**
 * A kubelet looks at the Secrets that it mounts about once a minute, but at once when its pod changes: so the pods of a pool get an
 * annotation. What is missed here costs that minute and nothing else.
 */
export async function hurryWorkers({ client, config }: OperatorContext, pool: string, hash: string): Promise<void> {
  const pods = await client.list<KubeObject>(POD, config.releaseNamespace, `${LABELS.part}=worker,${LABELS.pool}=${pool}`);
  for (const pod of pods) {
    if (pod.metadata.annotations?.[ANNOTATIONS.keyringHash] === hash || pod.metadata.deletionTimestamp !== undefined) continue;
    await client.merge(POD, keyOf(pod), { metadata: { annotations: { [ANNOTATIONS.keyringHash]: hash } } });
  }
}
