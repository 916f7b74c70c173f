import type { KubeObject } from './kube/kube-object.js';
import { LABELS } from './kinds.js';

/** `namespace/name` of the tenant that an object of ours belongs to. */
export function tenantOf({ metadata: { labels = {}, namespace } }: KubeObject): string | null {
  const name = labels[LABELS.tenant];
  return name === undefined ? null : `${labels[LABELS.tenantNamespace] ?? namespace ?? ''}/${name}`;
}
