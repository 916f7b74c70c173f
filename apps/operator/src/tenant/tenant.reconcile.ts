import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Figures } from '../figures.js';
import type { Finding } from '../kube/conditions.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { ANNOTATIONS, FINALIZER, TENANT, type Tenant, type TenantStatus } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { acceptedPeers } from '../peer/peer.checks.js';
import { buildTenantStatus, type TenantFacts } from './build-tenant-status.js';
import type { EnsureKeys, KeysFound } from './ensure-keys.js';
import { ExposeTenant } from './expose-tenant.js';
import { checkDelivery, checkWorkers, findWorkers } from './observe-tenant.js';
import { orRefused, StepRefused } from './refusal.js';
import { RetireTenant } from './retire-tenant.js';
import { bad, decideClaim, ok, TENANT_CONDITIONS } from './tenant.checks.js';
import type { TenantData } from './tenant-data.js';
import { checkReferences } from './check-references.js';

const NOTHING_FOUND = { keys: null, policy: null, workers: null, standings: null };

/**
 * Makes the world what a Tenant says, and its status what is.
 *
 *   claim of the name ─→ references ─→ keys ─→ rows (policy, peers) ─→ way in ─→ workers, deliveries (looked at) ─→ status
 *
 * Keyrings and workers belong to pools: pool/pool.reconcile.ts. The first step that fails leaves the later ones as they are.
 */
export class ReconcileTenant {
  readonly #expose: ExposeTenant;
  readonly #retire: RetireTenant;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
    private readonly figures: Figures,
    private readonly keys: EnsureKeys,
  ) {
    this.#expose = new ExposeTenant(context);
    this.#retire = new RetireTenant(context, data);
  }

  async run(key: string): Promise<Reconciled> {
    const { world } = this.context;
    const tenant = world.tenants.find(key);
    if (tenant === null) {
      this.#forgetMetrics(key);
      return this.#retire.gone(key);
    }
    if (tenant.metadata.deletionTimestamp !== undefined) return this.#retire.run(tenant);
    if (tenant.metadata.annotations?.[ANNOTATIONS.paused] === 'true') return this.#pause(tenant);
    const findings: Finding[] = [decideClaim(tenant, world.tenants.listBy('serverName', tenant.spec.serverName))];
    const { facts, problem } = await this.#work(tenant, findings).catch((error: unknown) => this.#stopAt(findings, error));
    await this.#report(tenant, buildTenantStatus(tenant, facts));
    if (problem !== null) throw problem;
    return { requeueAfterMs: null };
  }

  async #work(tenant: Tenant, findings: Finding[]): Promise<{ facts: TenantFacts; problem: Error | null }> {
    const facts: TenantFacts = { ...NOTHING_FOUND, findings, now: this.context.clock.date() };
    if (findings[0]?.status !== 'True') return { facts, problem: null };
    await orRefused('Accepted', this.#hold(tenant));
    findings.push(await orRefused('ResolvedRefs', checkReferences(this.context, tenant)));
    const keys = await orRefused('KeysReady', this.keys.run(tenant));
    findings.push(keys.finding);
    const programmed = await this.#program(tenant, keys);
    findings.push(programmed.finding, await orRefused('Exposed', this.#expose.run(tenant)));
    const workers = findWorkers(this.context, tenant);
    const standings = this.figures.find(keyOf(tenant));
    findings.push(checkWorkers(tenant, workers), checkDelivery(standings), tenant.spec.suspend === true
      ? bad('Active', 'Suspended', 'spec.suspend is true: nothing is taken in or sent; what waits is kept.') : ok('Active', 'Active'));
    return { facts: { ...facts, keys: keys.status, policy: programmed.policy, workers, standings }, problem: programmed.problem };
  }

  // What the apiserver refuses is told in the condition of that step, and tried again after a back-off.
  #stopAt(findings: Finding[], error: unknown): { facts: TenantFacts; problem: Error | null } {
    if (!(error instanceof StepRefused)) throw error;
    const before = findings.filter(({ type }) => type !== error.finding.type);
    return { facts: { ...NOTHING_FOUND, findings: [...before, error.finding], now: this.context.clock.date() }, problem: error.cause };
  }

  async #program(tenant: Tenant, keys: KeysFound): Promise<{ finding: Finding; policy: TenantFacts['policy']; problem: Error | null }> {
    const peers = acceptedPeers(this.context.world.peers.listBy('tenant', keyOf(tenant)));
    try {
      const programmed = await this.data.program(tenant, peers);
      if (programmed.outcome === 'refused') return { finding: bad('PolicyProgrammed', 'Refused', programmed.sentence), policy: null, problem: null };
      await this.keys.record(programmed.tenant.id, keys);
      const hash = createHash('sha256').update(JSON.stringify([programmed.policy, peers.map(({ spec }) => spec)])).digest('hex').slice(0, 16);
      return { finding: ok('PolicyProgrammed', 'Programmed'), policy: { effective: programmed.policy, hash, hasChanged: programmed.outcome === 'changed' }, problem: null };
    } catch (error) {
      // The reason goes into the status, the error into the back-off.
      return { finding: bad('PolicyProgrammed', 'DatabaseUnavailable', 'Postgres does not answer; it is tried again. API and workers go by what was programmed last.'), policy: null, problem: error as Error };
    }
  }

  async #hold(tenant: Tenant): Promise<void> {
    const { finalizers = [], resourceVersion } = tenant.metadata;
    if (finalizers.includes(FINALIZER)) return;
    await this.context.client.merge(TENANT, keyOf(tenant), { metadata: { resourceVersion, finalizers: [...finalizers, FINALIZER] } });
  }

  async #pause(tenant: Tenant): Promise<Reconciled> {
    const conditions = (tenant.status?.conditions ?? []).filter(({ type }) => type !== 'ReconciliationPaused');
    const paused = { type: 'ReconciliationPaused', status: 'True' as const, reason: 'Annotated', message: `The annotation ${ANNOTATIONS.paused} is "true": the operator changes nothing of this tenant.` };
    const before = tenant.status?.conditions?.find(({ type }) => type === 'ReconciliationPaused');
    if (before === undefined) {
      const now = `${this.context.clock.date().toISOString().slice(0, 19)}Z`;
      await this.#report(tenant, { ...tenant.status, conditions: [...conditions, { ...paused, observedGeneration: tenant.metadata.generation ?? 0, lastTransitionTime: now }] });
    }
    return { requeueAfterMs: null };
  }

  async #report(tenant: Tenant, status: TenantStatus): Promise<void> {
    this.#measure(tenant, status);
    const plain = JSON.parse(JSON.stringify(status)) as TenantStatus;
    if (isDeepStrictEqual(plain, tenant.status)) return;
    await this.context.client.applyStatus(TENANT, keyOf(tenant), plain);
    const [before, after] = [tenant.status, plain].map((one) => one?.conditions?.find(({ type }) => type === 'Ready'));
    if (after === undefined || (before?.status === after.status && before.reason === after.reason)) return;
    await this.context.events.record(tenant, { type: after.status === 'False' ? 'Warning' : 'Normal', reason: after.reason, message: after.message || 'The tenant is ready.' });
  }

  #measure(tenant: Tenant, { conditions = [] }: TenantStatus): void {
    const { namespace = '', name } = tenant.metadata;
    for (const { type, status } of conditions) {
      for (const each of ['True', 'False', 'Unknown']) this.context.metrics.tenantCondition.set({ namespace, name, condition: type, status: each }, each === status ? 1 : 0);
    }
  }

  #forgetMetrics(key: string): void {
    this.keys.forget(key);
    const [namespace = '', name = ''] = key.split('/');
    for (const condition of [...TENANT_CONDITIONS, 'Ready', 'ReconciliationPaused']) {
      for (const status of ['True', 'False', 'Unknown']) this.context.metrics.tenantCondition.remove({ namespace, name, condition, status });
    }
  }
}
