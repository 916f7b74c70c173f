import { matchesServerPattern } from '@scaiwave/protocol';
import type { Finding } from '../kube/conditions.js';
import type { Peer } from '../kinds.js';

/** Of the Peers of one tenant, those that count: of two for the same server the older one. */
export function acceptedPeers(peers: readonly Peer[]): Peer[] {
  const byServer = Map.groupBy(peers.filter(({ metadata }) => metadata.deletionTimestamp === undefined), ({ spec }) => spec.serverName);
  return [...byServer.values()].map((same) => same.toSorted(byAge)[0] as Peer).toSorted((a, b) => a.spec.serverName.localeCompare(b.spec.serverName));
}

function byAge(a: Peer, b: Peer): number {
  const ageOf = ({ metadata }: Peer): string => `${metadata.creationTimestamp ?? ''} ${metadata.name}`;
  return ageOf(a).localeCompare(ageOf(b));
}

/** Does this Peer count? */
export function decidePeerAccepted(peer: Peer, siblings: readonly Peer[], tenant: { ownName: string; blocked: readonly string[] } | null): Finding {
  const type = 'Accepted';
  if (tenant === null) return { type, status: 'False', reason: 'TenantNotFound', message: `There is no Tenant ${peer.spec.tenantRef.name} in this namespace. Apply it, or make a Peer whose tenantRef names another one.` };
  if (tenant.ownName === peer.spec.serverName) return { type, status: 'False', reason: 'IsTenantItself', message: 'A tenant is not a peer of itself.' };
  if (tenant.blocked.some((pattern) => matchesServerPattern(pattern, peer.spec.serverName))) {
    return { type, status: 'False', reason: 'Blocked', message: `spec.peering.blockedServers of the Tenant names ${peer.spec.serverName}. Take it out there, or delete this Peer.` };
  }
  const counted = acceptedPeers(siblings).find(({ spec }) => spec.serverName === peer.spec.serverName);
  if (counted !== undefined && counted.metadata.uid !== peer.metadata.uid) return { type, status: 'False', reason: 'Duplicate', message: `The older Peer ${counted.metadata.name} declares ${peer.spec.serverName} already.` };
  return { type, status: 'True', reason: 'Accepted', message: '' };
}
