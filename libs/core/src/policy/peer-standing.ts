import type { PeerStanding } from '@scaiwave/protocol';

/** Of a row of `peers`: what its standing follows from. */
export interface StandingFacts {
  admin_state: 'active' | 'paused' | 'blocked' | 'removed' | 'removed_by_them';
  declaration: { policy?: { suspend?: boolean } } | null;
}

/** What this tenant's admin and its provider have decided about one peer; null = nobody has heard of it. */
export function standingOf(row: StandingFacts | null): PeerStanding {
  if (!row) return 'unknown';
  if (row.admin_state === 'blocked' || row.admin_state === 'removed') return row.admin_state;
  if (row.declaration?.policy?.suspend === true) return 'suspended';
  return row.admin_state === 'removed_by_them' ? 'removed_by_them' : 'known';
}
