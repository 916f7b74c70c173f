import type { KubeObject } from './kube/kube-object.js';
import { LABELS, type Peer } from './kinds.js';

/** `namespace/name` of the tenant that an object of ours belongs to. */
export function tenantOf({ metadata: { labels = {}, namespace } }: KubeObject): string | null {
  const name = labels[LABELS.tenant];
  return name === undefined ? null : `${labels[LABELS.tenantNamespace] ?? namespace ?? ''}/${name}`;
}

/** `namespace/name` of the tenant that a Peer names. */
export function tenantOfPeer({ metadata, spec }: Peer): string {
  return `${metadata.namespace}/${spec.tenantRef.name}`;
}
