import { ApplyPeers, ApplyTenant, Audit, AuditStore, DeclarationStore, ensureFirstKey, SuspendUndeclaredTenants, TenantStore, type KeyringPlace } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { parseServerName } from '@scaiwave/protocol';
import type { Clock } from '@scaiwave/telemetry';
import type { ResourceSet } from '../resources/load-resources.js';
import type { TenantResource } from '../resources/check-documents.js';
import type { Problem } from '../resources/problem.js';
import { listUnusedFields } from './list-unused-fields.js';

/** What one pass did, in words for the log; empty when nothing had to change. */
export interface ResourcesApplied {
  changes: string[];
  problems: Problem[];
}

/** Makes keyring and database what the config folder says. Running it again with the same folder changes nothing. */
export class ApplyResources {
  private readonly applyTenant: ApplyTenant;
  private readonly applyPeers: ApplyPeers;
  private readonly suspend: SuspendUndeclaredTenants;

  constructor(
    db: Database,
    private readonly clock: Clock,
    private readonly keyring: KeyringPlace,
  ) {
    const tenants = new TenantStore();
    this.applyTenant = new ApplyTenant(db, tenants, clock);
    this.suspend = new SuspendUndeclaredTenants(db, tenants, clock);
    this.applyPeers = new ApplyPeers(db, new DeclarationStore(), new Audit(clock, new AuditStore()), clock);
  }

  async run(set: ResourceSet): Promise<ResourcesApplied> {
    const applied: ResourcesApplied = { changes: [], problems: [] };
    for (const tenant of set.tenants) await this.applyOne(tenant, set, applied);
    const suspended = await this.suspend.run({ declared: set.tenants.map((tenant) => tenant.key) });
    applied.changes.push(...suspended.map((name) => `${name} is suspended: its file is gone (nothing is deleted)`));
    return applied;
  }

  private async applyOne(resource: TenantResource, set: ResourceSet, applied: ResourcesApplied): Promise<void> {
    // The key first: a tenant that peers can see must be able to sign.
    const kid = await ensureFirstKey(this.keyring, parseServerName(resource.spec.serverName), this.clock.date());
    if (kid !== null) applied.changes.push(`${resource.spec.serverName} has its first signing key, ${kid}`);
    // One machine has one worker: a pool of its own would be served by nobody.
    const { workers: _, ...spec } = resource.spec;
    const result = await this.applyTenant.run({ spec, resource: resource.key });
    if (result.outcome === 'refused') {
      applied.problems.push({ file: resource.file, document: resource.document, sentence: result.sentence });
      return;
    }
    const mine = set.peers.filter((peer) => `${peer.namespace}/${peer.spec.tenantRef.name}` === resource.key);
    if (result.outcome !== 'unchanged') applied.changes.push(`${resource.spec.serverName} is ${result.outcome === 'created' ? 'new' : 'changed'}`, ...listUnusedFields(resource));
    const peers = await this.applyPeers.run({ tenant: result.tenant, peers: mine.map((peer) => ({ spec: peer.spec, resource: peer.key })) });
    applied.changes.push(
      ...peers.declared.map((name) => `${resource.spec.serverName}: peer ${name} is declared`),
      ...mine.filter((peer) => peers.declared.includes(peer.spec.serverName)).flatMap(listUnusedFields),
      ...peers.dropped.map((name) => `${resource.spec.serverName}: the declaration of peer ${name} is dropped (nothing is severed)`));
  }
}
