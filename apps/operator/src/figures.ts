import { createHash } from 'node:crypto';
import type { StandingOfResource } from '@scaiwave/core/resources';
import type { TenantId } from '@scaiwave/protocol';
import type { TenantData } from './tenant/tenant-data.js';

const SEEN_STEP_MS = 300_000;
const AGE_STEP_S = 30;

/** What changed since the last look, as `namespace/name` of the resources. */
export interface FiguresChanged {
  tenants: string[];
  peers: string[];
}

/** The figures of all deliveries as last read, for the statuses. Read for everybody at once, so that an idle fleet costs one query. */
export class Figures {
  #byTenant = new Map<string, StandingOfResource[]>();
  #tenantMarks = new Map<string, string>();
  #peerMarks = new Map<string, string>();
  #hasLooked = false;
  /** read alone since the look at everybody began: what that brings of them is older */
  #readAlone = new Set<string>();

  /** @param tellPeers called with the peers of a tenant that was read alone, as far as something is new of them */
  constructor(
    private readonly data: TenantData,
    private readonly tellPeers: (peers: string[]) => void = () => undefined,
  ) {}

  /** Was Postgres ever asked with success? Until then a status keeps what it says. */
  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  /** Of a tenant, one row per peer; null before the first look, or when Postgres never answered. */
  find(tenantResource: string): StandingOfResource[] | null {
    return this.#byTenant.get(tenantResource) ?? null;
  }

  /** Age of the oldest event of a tenant that could go: what waits for a peer that is down needs no further worker. */
  secondsWaiting(tenantResource: string, now: number): number {
    const going = (this.find(tenantResource) ?? []).filter(({ admin_state: state, verdict, stopped }) => state === 'active' && verdict === null && stopped === 0);
    return Math.max(0, ...going.map(({ oldest_at: at }) => (at === null ? 0 : (now - at.getTime()) / 1_000)));
  }

  /** Of one tenant whose rows have just been written: nobody waits for the next look at everybody. */
  async refreshTenant(tenantResource: string, id: TenantId, now: number): Promise<void> {
    const rows = await this.data.listStandings(id);
    this.#readAlone.add(tenantResource);
    this.#byTenant.set(tenantResource, rows);
    this.#tenantMarks.set(tenantResource, markOf(rows.map((row) => materialOf(row, now))));
    const marks = peerMarksOf(rows, now);
    const changed = changedIn(marks, this.#peerMarks);
    for (const [peer, mark] of marks) this.#peerMarks.set(peer, mark);
    this.tellPeers(changed);
  }

  async refresh(now: number): Promise<FiguresChanged> {
    this.#readAlone = new Set();
    const read = await this.data.listStandings();
    const rows = [...read.filter((row) => !this.#readAlone.has(row.tenant_resource)), ...[...this.#readAlone].flatMap((tenant) => this.#byTenant.get(tenant) ?? [])];
    const byTenant = Map.groupBy(rows, (row) => row.tenant_resource);
    const tenantMarks = new Map([...byTenant].map(([tenant, standings]) => [tenant, markOf(standings.map((row) => materialOf(row, now)))]));
    const peerMarks = peerMarksOf(rows, now);
    const changed = { tenants: changedIn(tenantMarks, this.#tenantMarks), peers: changedIn(peerMarks, this.#peerMarks) };
    this.#hasLooked = true;
    [this.#byTenant, this.#tenantMarks, this.#peerMarks] = [byTenant, tenantMarks, peerMarks];
    return changed;
  }
}

/** What of a peer is worth a new status: not every second of an age, nor every contact. */
function materialOf(row: StandingOfResource, now: number): unknown[] {
  const seen = row.last_seen_at === null ? null : Math.floor(row.last_seen_at.getTime() / SEEN_STEP_MS);
  const settings = [row.provider_policy, row.admin_policy, row.declaration, row.endpoint_url, row.trust_mode, row.pins, row.key_changed_at, row.keys];
  return [...settings, row.peer, row.admin_state, row.verdict, row.failing_since, row.last_error_code, row.last_error_message, row.events, row.shared_rooms, row.stopped, row.failed, seen, ageOf(row.oldest_at, now)];
}

/** Seconds since `at`, in steps of 30; null when nothing waits. */
export function ageOf(at: Date | null, now: number): number | null {
  return at === null ? null : Math.max(0, Math.floor((now - at.getTime()) / 1_000 / AGE_STEP_S) * AGE_STEP_S);
}

function peerMarksOf(rows: readonly StandingOfResource[], now: number): Map<string, string> {
  return new Map(rows.flatMap((row) => (row.peer_resource === null ? [] : [[row.peer_resource, markOf([materialOf(row, now)])] as const])));
}

function markOf(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function changedIn(now: ReadonlyMap<string, string>, before: ReadonlyMap<string, string>): string[] {
  return [...now].filter(([key, mark]) => before.get(key) !== mark).map(([key]) => key);
}
