import { createHash } from 'node:crypto';
import type { TenantSpec } from './resource-types.js';

/** The pool of the workers that serve every tenant without workers of its own. */
export const SHARED_POOL = 'shared';

/**
 * The pool of workers that serves a tenant. One of its own is named after the resource; the hash keeps `a-b/c` and `a/b-c` apart, whose
 * workers must not see each other's keys, and makes a name of at most 51 characters out of any.
 * @param resource `namespace/name`
 */
export function namePool(spec: Pick<TenantSpec, 'workers'>, resource: string): string {
  return spec.workers?.mode === 'Dedicated' ? nameOfResource(resource) : SHARED_POOL;
}

/** A name for what belongs to one resource, beside that of others: at most 51 characters, lower-case letters, digits and `-`. */
export function nameOfResource(resource: string): string {
  const name = resource.slice(resource.indexOf('/') + 1).replaceAll('.', '-').slice(0, 40).replace(/-+$/, '');
  return `${name}-${createHash('sha256').update(resource).digest('hex').slice(0, 10)}`;
}
