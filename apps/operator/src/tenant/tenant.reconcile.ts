import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TenantContext } from '@scaiwave/core';
import type { Figures } from '../figures.js';
import type { Finding } from '../kube/conditions.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { ANNOTATIONS, FINALIZER, TENANT, type Tenant, type TenantStatus } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import type { TenantReason } from '../reasons.js';
import { acceptedPeers } from '../peer/peer.checks.js';
import { buildTenantStatus, type TenantFacts } from './build-tenant-status.js';
import type { EnsureKeys, KeysFound } from './ensure-keys.js';
import { ExposeTenant } from './expose-tenant.js';
import { checkDelivery, checkWorkers, findWorkers } from './observe-tenant.js';
import { RetireTenant } from './retire-tenant.js';
import { SeverByAnnotation } from './sever-by-annotation.js';
import { bad, decideClaim, ok, TENANT_CONDITIONS } from './tenant.checks.js';
import type { TenantData } from './tenant-data.js';
import { checkReferences } from './check-references.js';

/** What became of the rows; `row` null when they could not be written. */
interface Programming {
  finding: Finding;
  policy: TenantFacts['policy'];
  row: TenantContext | null;
  problem: Error | null;
  /** somebody else's rows are in the way, perhaps not for long */
  isRefused: boolean;
}

const NOTHING_PROGRAMMED = { policy: null, row: null, problem: null, isRefused: false };
const LOOK_AGAIN_MS = 1_000;

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
  readonly #sever: SeverByAnnotation;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
    private readonly figures: Figures,
    private readonly keys: EnsureKeys,
  ) {
    this.#expose = new ExposeTenant(context);
    this.#retire = new RetireTenant(context, data.lifecycle);
    this.#sever = new SeverByAnnotation(context, data.lifecycle);
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
    const { facts, problem, lookAgain } = await this.#work(tenant);
    await this.#report(tenant, buildTenantStatus(tenant, facts));
    if (problem !== null) throw problem;
    return { requeueAfterMs: lookAgain ? LOOK_AGAIN_MS : null };
  }

  async #work(tenant: Tenant): Promise<{ facts: TenantFacts; problem: Error | null; lookAgain: boolean }> {
    const { world, clock } = this.context;
    const findings: Finding[] = [decideClaim(tenant, world.tenants.listBy('serverName', tenant.spec.serverName))];
    const facts: TenantFacts = { findings, keys: null, policy: null, workers: null, standings: null, severance: tenant.status?.severance, now: clock.date() };
    if (findings[0]?.status !== 'True') return { facts, problem: null, lookAgain: false };
    await this.#hold(tenant);
    findings.push(await checkReferences(this.context, tenant));
    const keys = await this.keys.run(tenant);
    findings.push(keys.finding);
    const programmed = await this.#program(tenant, keys);
    findings.push(programmed.finding, await this.#expose.run(tenant));
    const severed = programmed.row === null ? null : await this.#sever.run(tenant, programmed.row);
    const workers = findWorkers(this.context, tenant);
    const standings = this.figures.find(keyOf(tenant));
    findings.push(checkWorkers(tenant, workers), checkDelivery(tenant, standings), tenant.spec.suspend === true
      ? bad('Active', 'Suspended', 'spec.suspend is true: nothing is taken in or sent; what waits is kept.') : ok('Active', 'Active'));
    return {
      facts: { ...facts, keys: keys.status, policy: programmed.policy, workers, standings, ...(severed && { severance: severed.severance }) },
      problem: programmed.problem, lookAgain: severed?.isUnderWay === true || programmed.isRefused,
    };
  }

  async #program(tenant: Tenant, keys: KeysFound): Promise<Programming> {
    const peers = acceptedPeers(this.context.world.peers.listBy('tenant', keyOf(tenant)));
    try {
      const programmed = await this.data.program(tenant, peers);
      if (programmed.outcome === 'refused') return { ...NOTHING_PROGRAMMED, finding: bad('PolicyProgrammed', 'Refused', programmed.sentence), isRefused: true };
      await this.keys.record(programmed.tenant.id, keys);
      const hash = createHash('sha256').update(JSON.stringify([programmed.policy, peers.map(({ spec }) => spec)])).digest('hex').slice(0, 16);
      return { ...NOTHING_PROGRAMMED, row: programmed.tenant, finding: ok('PolicyProgrammed', 'Programmed'), policy: { effective: programmed.policy, hash, hasChanged: programmed.outcome === 'changed' } };
    } catch (error) {
      // The reason goes into the status, the error into the back-off.
      return { ...NOTHING_PROGRAMMED, finding: bad('PolicyProgrammed', 'DatabaseUnavailable', 'Postgres does not answer; it is tried again. API and workers go by what was programmed last.'), problem: error as Error };
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
    await this.context.events.record(tenant, { type: after.status === 'False' ? 'Warning' : 'Normal', reason: after.reason as TenantReason, message: after.message || 'The tenant is ready.' });
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
