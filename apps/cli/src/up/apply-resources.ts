import { ApplyPeers, ApplyTenant, Audit, AuditStore, DeclarationStore, ReportTenants, SuspendUndeclaredTenants, TenantStore, type KeyringPlace } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import type { Clock } from '@scaiwave/telemetry';
import type { ResourceSet } from '../resources/load-resources.js';
import type { TenantResource } from '../resources/check-documents.js';
import type { Problem } from '../resources/problem.js';
import { buildTenantReport } from './build-tenant-report.js';
import { KeyRotation } from './key-rotation.js';
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
  private readonly keys: KeyRotation;
  private readonly reports: ReportTenants;
  private tenants: readonly TenantResource[] = [];
  /** one pass at a time: two would write the same key file */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(db: Database, clock: Clock, keyring: KeyringPlace) {
    const tenants = new TenantStore();
    this.applyTenant = new ApplyTenant(db, tenants, clock);
    this.suspend = new SuspendUndeclaredTenants(db, tenants, clock);
    this.keys = new KeyRotation(db, clock, keyring);
    this.reports = new ReportTenants(db, clock);
    this.applyPeers = new ApplyPeers(db, new DeclarationStore(), new Audit(clock, new AuditStore()), clock);
  }

  run(set: ResourceSet): Promise<ResourcesApplied> {
    return this.inTurn(() => this.applyAll(set));
  }

  /** Keys whose time has come, and those that an admin asked for. */
  rotateDue(): Promise<string[]> {
    return this.inTurn(async () => {
      const due = await this.keys.listDue();
      const sentences: string[] = [];
      for (const tenant of this.tenants.filter(({ key }) => due.includes(key))) sentences.push(...(await this.rotateOne(tenant)));
      return sentences;
    });
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  private async rotateOne(tenant: TenantResource): Promise<string[]> {
    const { found, sentences } = await this.keys.run(tenant);
    if (found.standing !== null) await this.keys.record(found.standing.tenantId, found);
    return sentences;
  }

  private async applyAll(set: ResourceSet): Promise<ResourcesApplied> {
    this.tenants = set.tenants;
    const applied: ResourcesApplied = { changes: [], problems: [] };
    for (const tenant of set.tenants) await this.applyOne(tenant, set, applied);
    await this.reports.keepOnly(set.tenants.map((tenant) => tenant.key));
    const suspended = await this.suspend.run({ declared: set.tenants.map((tenant) => tenant.key) });
    applied.changes.push(...suspended.map((name) => `${name} is suspended: its file is gone (nothing is deleted)`));
    return applied;
  }

  private async applyOne(resource: TenantResource, set: ResourceSet, applied: ResourcesApplied): Promise<void> {
    // The key first: a tenant that peers can see must be able to sign.
    const { found, sentences } = await this.keys.run(resource);
    applied.changes.push(...sentences);
    // One machine has one worker: a pool of its own would be served by nobody.
    const { workers: _, ...spec } = resource.spec;
    const result = await this.applyTenant.run({ spec, resource: resource.key });
    if (result.outcome === 'refused') {
      applied.problems.push({ file: resource.file, document: resource.document, sentence: result.sentence });
      this.reports.note(buildTenantReport(resource, { refusal: result.sentence }));
      return;
    }
    await this.keys.record(result.tenant.id, found);
    this.reports.note(buildTenantReport(resource, { refusal: null }));
    const mine = set.peers.filter((peer) => `${peer.namespace}/${peer.spec.tenantRef.name}` === resource.key);
    if (result.outcome !== 'unchanged') applied.changes.push(`${resource.spec.serverName} is ${result.outcome === 'created' ? 'new' : 'changed'}`, ...listUnusedFields(resource));
    const peers = await this.applyPeers.run({ tenant: result.tenant, peers: mine.map((peer) => ({ spec: peer.spec, resource: peer.key })) });
    applied.changes.push(
      ...peers.declared.map((name) => `${resource.spec.serverName}: peer ${name} is declared`),
      ...mine.filter((peer) => peers.declared.includes(peer.spec.serverName)).flatMap(listUnusedFields),
      ...peers.dropped.map((name) => `${resource.spec.serverName}: the declaration of peer ${name} is dropped (nothing is severed)`));
  }
}
