/** How one peer of one tenant stands. */
export interface PeerState {
  tenant: string;
  peer: string;
  events: number;
  oldestPendingSeconds: number;
  /** null: it takes our requests */
  failingSeconds: number | null;
  verdict: 'down' | 'busy' | 'refuses_us' | null;
  /** something waits for it and may be sent now */
  isDue: boolean;
  isKeyUnconfirmed: boolean;
}

export interface TenantState {
  tenant: string;
  lanesStopped: number;
  /** seconds since the epoch */
  descriptorValidUntil: number | null;
}

/** What the periodic pass reads from Postgres. */
export interface DeliveryState {
  tenants: readonly TenantState[];
  peers: readonly PeerState[];
  /** every tenant that exists, whoever serves it */
  names: ReadonlySet<string>;
}

export const PEERS_BY_NAME = 50;
const OTHER_PEERS = 'other';

interface NamedPeer {
  labels: { tenant: string; peer: string };
  events: number;
  oldestPendingSeconds: number;
  failingSeconds: number | null;
}

/** The peers of which there is most keep their name; of each tenant the rest is one: events summed, ages the oldest. */
export function namePeers(peers: readonly PeerState[], most: (peer: PeerState) => number): NamedPeer[] {
  const sorted = [...peers].sort((a, b) => most(b) - most(a) || b.oldestPendingSeconds - a.oldestPendingSeconds || compare(a, b));
  const others = new Map<string, NamedPeer>();
  for (const { tenant, events, oldestPendingSeconds, failingSeconds } of sorted.slice(PEERS_BY_NAME)) {
    const other = others.get(tenant) ?? { labels: { tenant, peer: OTHER_PEERS }, events: 0, oldestPendingSeconds: 0, failingSeconds: null };
    other.events += events;
    other.oldestPendingSeconds = Math.max(other.oldestPendingSeconds, oldestPendingSeconds);
    other.failingSeconds = failingSeconds === null ? other.failingSeconds : Math.max(other.failingSeconds ?? 0, failingSeconds);
    others.set(tenant, other);
  }
  return [...sorted.slice(0, PEERS_BY_NAME).map((peer) => ({ ...peer, labels: { tenant: peer.tenant, peer: peer.peer } })), ...others.values()];
}

// The same peers on every worker of a pool: they all tell the same.
function compare(a: PeerState, b: PeerState): number {
  return `${a.tenant} ${a.peer}` < `${b.tenant} ${b.peer}` ? -1 : 1;
}
