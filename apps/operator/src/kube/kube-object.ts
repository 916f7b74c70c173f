/** What all Kubernetes objects have. */
export interface ObjectMeta {
  name: string;
  namespace?: string;
  uid?: string;
  generation?: number;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
}

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A kind of objects, as the apiserver's paths name it. */
export interface Kind {
  apiVersion: string;
  kind: string;
  plural: string;
  isNamespaced: boolean;
}

/** `namespace/name`, or only the name of what has no namespace. */
export type ObjectKey = string;

export function keyOf({ metadata }: KubeObject): ObjectKey {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

export function splitKey(key: ObjectKey): { namespace?: string; name: string } {
  const slash = key.indexOf('/');
  return slash === -1 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** The path of a collection, of an object in it, or of a part of one. */
export function pathOf(kind: Kind, { namespace, name, part }: { namespace?: string | undefined; name?: string; part?: 'status' | 'scale' } = {}): string {
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const scope = kind.isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return [`${root}${scope}/${kind.plural}`, name, part].filter((segment) => segment !== undefined).join('/');
}
