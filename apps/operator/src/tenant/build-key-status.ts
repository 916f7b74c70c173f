import type { Rotated } from '@scaiwave/core/resources';
import type { KeyStatus, Tenant } from '../kinds.js';
import { describeKey } from './key-secrets.js';

const MAX_PUBLISHED = 64;
const MAX_RETIRING = 16;

/** `status.keys`; null when there is nothing to say yet. */
export function buildKeyStatus(tenant: Tenant, { keys, nextRotationAt }: Rotated, handledRequest: string | null): KeyStatus | null {
  if (keys.length === 0) return null;
  const kidsIn = (state: string): string[] => keys.filter((key) => key.state === state).map(({ kid }) => kid as string).toSorted();
  const [[active], [next], retiring] = [kidsIn('active'), kidsIn('next'), kidsIn('retiring')];
  const handled = handledRequest ?? tenant.status?.keys?.lastHandledRotateRequest;
  return {
    ...(active !== undefined && { active }),
    ...(next !== undefined && { next }),
    ...(retiring.length > 0 && { retiring: retiring.slice(0, MAX_RETIRING) }),
    published: keys.map((key) => describeKey(tenant.metadata.name, key)).toSorted((a, b) => b.signFrom.localeCompare(a.signFrom) || a.kid.localeCompare(b.kid)).slice(0, MAX_PUBLISHED),
    ...(nextRotationAt !== null && { nextRotationTime: `${nextRotationAt.toISOString().slice(0, 19)}Z` }),
    ...(handled !== undefined && { lastHandledRotateRequest: handled }),
  };
}
