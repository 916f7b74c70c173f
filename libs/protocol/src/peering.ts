import type { ServerName } from './ids.js';
import { matchesServerPattern, type EffectivePolicy } from './policy.js';

/** What is known about one peer beside the policy. `removed_by_them` does not refuse: they may come back. */
export type PeerStanding = 'known' | 'unknown' | 'blocked' | 'suspended' | 'removed' | 'removed_by_them';

/** The exact rule that refused, for our own admin; the peer sees one code for all. */
export type PeeringRule =
  | 'mode_closed' | 'blocked_peers' | 'peer_blocked' | 'peer_suspended' | 'peer_removed'
  | 'provider_allowed_servers' | 'admin_allowed_peers' | 'not_named';
export type PeeringVerdict =
  | { allowed: true }
  /** `early` = refused before anything is fetched or verified. A removed peer is not: its `swp.peer.severed` is still taken. */
  | { allowed: false; code: 'SW_FED_PEER_UNKNOWN'; rule: PeeringRule; early: boolean };

/** May this server federate with us? Applies to the server that makes a request, or to which we would make one. */
export function decidePeering(policy: EffectivePolicy, serverName: ServerName, standing: PeerStanding): PeeringVerdict {
  const rule = refusingRule(policy, serverName, standing);
  if (rule === null) return { allowed: true };
  return { allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule, early: EARLY.has(rule) };
}

const EARLY: ReadonlySet<PeeringRule> = new Set<PeeringRule>(['mode_closed', 'blocked_peers', 'peer_blocked', 'peer_suspended']);

function refusingRule(policy: EffectivePolicy, name: ServerName, standing: PeerStanding): PeeringRule | null {
  if (policy.default_mode === 'closed') return 'mode_closed';
  if (isNamed(policy.blocked_peers, name)) return 'blocked_peers';
  return STANDINGS[standing] ?? unlistedRule(policy, name);
}

const STANDINGS: Partial<Record<PeerStanding, PeeringRule>> = { blocked: 'peer_blocked', suspended: 'peer_suspended', removed: 'peer_removed' };

/** Each list that is stated must name the server; under invite_only at least one must be stated and do so. */
function unlistedRule({ lists, default_mode }: EffectivePolicy, name: ServerName): PeeringRule | null {
  const { provider, declared, admin } = lists;
  if (provider !== null && !isNamed(provider, name)) return 'provider_allowed_servers';
  if (admin !== null && !isNamed(admin, name)) return 'admin_allowed_peers';
  const isListed = provider !== null || admin !== null || isNamed(declared, name);
  return default_mode === 'invite_only' && !isListed ? 'not_named' : null;
}

function isNamed(list: readonly string[], name: string): boolean {
  return list.some((pattern) => matchesServerPattern(pattern, name));
}
