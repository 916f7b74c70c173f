import { ApplyPeers, ApplyTenant, BacklogStore, PolicyStore, TenantStore, type StandingOfResource, type TenantContext } from '@scaiwave/core/resources';
import type { Database } from '@scaiwave/database';
import type { EffectivePolicy, TenantId } from '@scaiwave/protocol';
import type { Clock } from '@scaiwave/telemetry';
import { keyOf } from '../kube/kube-object.js';
import type { Peer, Tenant } from '../kinds.js';
import type { LifecycleData } from './lifecycle-data.js';

export type Programmed = { outcome: 'refused'; sentence: string } | { outcome: 'changed' | 'unchanged'; tenant: TenantContext; policy: EffectivePolicy };

/** A Peer, and the authorities that it names for its TLS as `PeerDeclaration` has them. */
export interface DeclaredPeer {
  peer: Peer;
  caCertificate: string | null;
}

/** The rows of tenants and their peers: what API and workers go by. */
export class TenantData {
  constructor(
    private readonly db: Database,
    private readonly applyTenant: ApplyTenant,
    private readonly applyPeers: ApplyPeers,
    private readonly clock: Clock,
    readonly lifecycle: LifecycleData,
  ) {}

  /** Makes the rows what the resources say. @throws when Postgres does not answer */
  async program(tenant: Tenant, peers: readonly DeclaredPeer[]): Promise<Programmed> {
    const applied = await this.applyTenant.run({ spec: tenant.spec, resource: keyOf(tenant) });
    if (applied.outcome === 'refused') return applied;
    const { declared, dropped } = await this.applyPeers.run({ tenant: applied.tenant, peers: peers.map(({ peer, caCertificate }) => ({ spec: peer.spec, resource: keyOf(peer), caCertificate })) });
    const policy = await this.db.readTenant(applied.tenant.id, (db) => new PolicyStore().effective(db));
    const isUnchanged = applied.outcome === 'unchanged' && declared.length + dropped.length === 0;
    return { outcome: isUnchanged ? 'unchanged' : 'changed', tenant: applied.tenant, policy };
  }

  /** Marks tenants without a resource as deleted: their server_names answer no more. @returns their server_names */
  async markDeleted(declared: readonly string[]): Promise<string[]> {
    return this.db.acrossTenants('tenants without a resource are deleted', (fleet) => new TenantStore().markUndeclaredDeleted(fleet, [...declared], this.clock.date()));
  }

  /** Every peer of every tenant, or of one, with what waits for it. */
  async listStandings(of: TenantId | null = null): Promise<StandingOfResource[]> {
    return this.db.acrossTenants('the statuses of all resources', (fleet) => new BacklogStore().listOfResources(fleet, this.clock.date(), of));
  }
}
