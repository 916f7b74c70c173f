import { createHash } from 'node:crypto';
import { keyOf, pathOf, splitKey, type Kind, type KubeObject, type ObjectKey } from './kube-object.js';
import { KubeError } from './kube-error.js';
import { isPartOf } from './is-part-of.js';
import type { KubeRequest, KubeTransport } from './transport.js';

/** Who we are in `metadata.managedFields`: one for what we want, one for what we see. */
export const FIELD_MANAGER = 'scaiwave';
const STATUS_MANAGER = 'scaiwave-status';
/** Hash of what was applied last: a field that is wanted no longer shows here, and nowhere else. */
const APPLIED_HASH = 'federation.scaiwave.io/applied-hash';
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';

interface ManagedFields {
  manager?: string;
  subresource?: string;
  time?: string;
}

export type Applied = 'unchanged' | 'created' | 'changed' | 'repaired';

interface PublishedSchema {
  'x-kubernetes-group-version-kind'?: { kind: string }[];
}

/** Told what a write was answered with; `isTold`: whether those who watch should look. */
export type Written = (kind: Kind, object: KubeObject, isTold: boolean) => void;

/** Reads and writes objects of any kind. @throws KubeError */
export class KubeClient {
  constructor(
    private readonly transport: KubeTransport,
    private readonly written: Written = () => undefined,
    /** for `find` and `replace`: of whoever has a deadline of its own */
    private readonly patience: Pick<KubeRequest, 'beginsWithinMs'> = {},
  ) {}

  async find<T extends KubeObject>(kind: Kind, key: ObjectKey): Promise<T | null> {
    try {
      return await this.transport.send<T>({ method: 'GET', path: pathOf(kind, splitKey(key)), ...this.patience });
    } catch (error) {
      if (error instanceof KubeError && error.isNotFound) return null;
      throw error;
    }
  }

  /** What is there now, read from the apiserver itself: for whoever must not go by what a watch has told so far. */
  async list<T extends KubeObject>(kind: Kind, namespace: string, labelSelector: string): Promise<T[]> {
    const { items } = await this.transport.send<{ items: T[] }>({ method: 'GET', path: pathOf(kind, { namespace }), query: { labelSelector } });
    return items.map((item) => ({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
  }

  /** Does the apiserver know this kind? */
  async hasKind(kind: Kind): Promise<boolean> {
    try {
      const { resources } = await this.transport.send<{ resources: { name: string }[] }>({ method: 'GET', path: kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}` });
      return resources.some(({ name }) => name === kind.plural);
    } catch (error) {
      if (error instanceof KubeError && error.isNotFound) return false;
      throw error;
    }
  }

  /** The schemas of a group's kinds, as the apiserver publishes them. */
  async readSchemas(apiVersion: string): Promise<Map<string, object>> {
    const { components } = await this.transport.send<{ components?: { schemas?: Record<string, PublishedSchema> } }>({ method: 'GET', path: `/openapi/v3/apis/${apiVersion}` });
    const schemas = Object.values(components?.schemas ?? {});
    return new Map(schemas.flatMap((schema) => (schema['x-kubernetes-group-version-kind'] ?? []).map(({ kind }) => [kind, schema] as const)));
  }

  /** @returns null when there is one of this name already */
  async create<T extends KubeObject>(kind: Kind, object: T): Promise<T | null> {
    try {
      const made = await this.transport.send<T>({ method: 'POST', path: pathOf(kind, { namespace: object.metadata.namespace }), query: { fieldManager: FIELD_MANAGER }, body: object });
      this.written(kind, made, true);
      return made;
    } catch (error) {
      if (error instanceof KubeError && error.reason === 'AlreadyExists') return null;
      throw error;
    }
  }

  /**
   * Makes an object what `wanted` says and leaves every other field alone (server-side apply). Writes nothing when `present`,
   * the object as last seen, has all of it and was applied from the same.
   * @returns `repaired` when somebody had changed or removed what we want
   */
  async apply<T extends KubeObject>(kind: Kind, wanted: T, present: T | null): Promise<Applied> {
    const hash = hashOf(wanted);
    const isSameWish = present?.metadata.annotations?.[APPLIED_HASH] === hash;
    if (isSameWish && isPartOf(wanted, present)) return 'unchanged';
    const body = { ...wanted, metadata: { ...wanted.metadata, annotations: { ...wanted.metadata.annotations, [APPLIED_HASH]: hash } } };
    const applied = await this.applyAs<T>(FIELD_MANAGER, kind, body);
    if (!isPartOf(wanted, applied)) await this.#cutBack(kind, wanted);
    if (present === null) return 'created';
    return isSameWish ? 'repaired' : 'changed';
  }

  /** Server-side apply under a name of its own; takes over what others hold. */
  async applyAs<T extends KubeObject>(manager: string, kind: Kind, object: T): Promise<T> {
    const now = await this.transport.send<T>({ method: 'PATCH', path: pathOf(kind, splitKey(keyOf(object))), query: { fieldManager: manager, force: 'true' }, body: object, contentType: APPLY });
    this.written(kind, now, true);
    return now;
  }

  /** Has somebody changed what was applied last? */
  hasDrifted<T extends KubeObject>(wanted: T, present: T): boolean {
    return present.metadata.annotations?.[APPLIED_HASH] === hashOf(wanted) && !isPartOf(wanted, present);
  }

  /** Who else has written fields of an object, the latest first. Controllers that write only statuses do not count. */
  async listOtherManagers(kind: Kind, key: ObjectKey): Promise<string[]> {
    const present = await this.find<KubeObject & { metadata: { managedFields?: ManagedFields[] } }>(kind, key);
    const others = (present?.metadata.managedFields ?? []).filter(({ manager, subresource }) => subresource !== 'status' && manager !== undefined && !manager.startsWith(FIELD_MANAGER));
    return [...new Set(others.toSorted((a, b) => (b.time ?? '').localeCompare(a.time ?? '')).map(({ manager = '' }) => manager))];
  }

  // Items that others added to a list of ours survive an apply, for they hold them; a merge puts our list in the place of theirs.
  async #cutBack<T extends KubeObject>(kind: Kind, wanted: T): Promise<void> {
    const { apiVersion: _apiVersion, kind: _kind, metadata: _metadata, ...content } = wanted;
    await this.merge(kind, keyOf(wanted), content);
  }

  /** Writes the whole status as ours. Does not compare; and what we see is no reason for anybody to look again. */
  async applyStatus(kind: Kind, key: ObjectKey, status: object): Promise<void> {
    const { namespace, name } = splitKey(key);
    const body = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, namespace }, status };
    const now = await this.transport.send<KubeObject>({ method: 'PATCH', path: pathOf(kind, { namespace, name, part: 'status' }), query: { fieldManager: STATUS_MANAGER, force: 'true' }, body, contentType: APPLY });
    this.written(kind, now, false);
  }

  /** Changes some fields; null removes one. With `metadata.resourceVersion` in it, only if nobody else did meanwhile. */
  async merge(kind: Kind, key: ObjectKey, changes: object): Promise<void> {
    const now = await this.transport.send<KubeObject>({ method: 'PATCH', path: pathOf(kind, splitKey(key)), query: { fieldManager: FIELD_MANAGER }, body: changes, contentType: MERGE });
    this.written(kind, now, true);
  }

  async replace<T extends KubeObject>(kind: Kind, object: T): Promise<T> {
    const now = await this.transport.send<T>({ method: 'PUT', path: pathOf(kind, splitKey(keyOf(object))), query: { fieldManager: FIELD_MANAGER }, body: object, ...this.patience });
    this.written(kind, now, true);
    return now;
  }

  /** Removes an object and what it owns; one that is gone already is fine. */
  async remove(kind: Kind, key: ObjectKey, uid?: string): Promise<void> {
    try {
      const body = { propagationPolicy: 'Background', ...(uid !== undefined && { preconditions: { uid } }) };
      await this.transport.send({ method: 'DELETE', path: pathOf(kind, splitKey(key)), body });
    } catch (error) {
      if (!(error instanceof KubeError && (error.isNotFound || (uid !== undefined && error.isConflict)))) throw error;
    }
  }
}

function hashOf(wanted: KubeObject): string {
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16);
}
