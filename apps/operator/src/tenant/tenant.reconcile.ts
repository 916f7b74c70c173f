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
import { EnsureKeys } from './ensure-keys.js';
import { ExposeTenant } from './expose-tenant.js';
import { checkDelivery, checkWorkers, findWorkers } from './observe-tenant.js';
import { PublishClientSecret } from './publish-client-secret.js';
import { lookAgainIn, References, sinceWhen } from './references.js';
import { RetireTenant } from './retire-tenant.js';
import { bad, decideClaim, ok, TENANT_CONDITIONS } from './tenant.checks.js';
import type { DeclaredPeer, TenantData } from './tenant-data.js';

const NOT_WATCHED: readonly string[] = ['SecretNotFound', 'SecretInvalid', 'IngressClassNotFound'];

/**
 * Makes the world what a Tenant says, and its status what is.
 *
 *   claim of the name ─→ references ─→ keys ─→ rows (policy, peers) ─→ way in ─→ workers, deliveries (looked at) ─→ status
 *
 * Keyrings and workers belong to pools: pool/pool.reconcile.ts. The first step that fails leaves the later ones as they are.
 */
export class ReconcileTenant {
  readonly #keys: EnsureKeys;
  readonly #references: References;
  readonly #clientSecret: PublishClientSecret;
  readonly #expose: ExposeTenant;
  readonly #retire: RetireTenant;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
    private readonly figures: Figures,
  ) {
    this.#keys = new EnsureKeys(context);
    this.#references = new References(context.client);
    this.#clientSecret = new PublishClientSecret(context);
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
    const { facts, problem, againInMs } = await this.#work(tenant);
    await this.#report(tenant, buildTenantStatus(tenant, facts));
    if (problem !== null) throw problem;
    return { requeueAfterMs: againInMs };
  }

  async #work(tenant: Tenant): Promise<{ facts: TenantFacts; problem: Error | null; againInMs: number | null }> {
    const { world, clock } = this.context;
    const findings: Finding[] = [decideClaim(tenant, world.tenants.listBy('serverName', tenant.spec.serverName))];
    const facts: TenantFacts = { findings, keys: [], policy: null, workers: null, standings: null, now: clock.date() };
    if (findings[0]?.status !== 'True') return { facts, problem: null, againInMs: null };
    await this.#hold(tenant);
    const referenced = await this.#references.ofTenant(tenant);
    findings.push(referenced.finding);
    await this.#clientSecret.run(tenant, referenced.clientSecret);
    const keys = await this.#keys.run(tenant);
    findings.push(keys.finding);
    const peers = await this.#declaredPeers(tenant);
    const programmed = await this.#program(tenant, peers);
    const exposed = await this.#expose.run(tenant, referenced);
    findings.push(programmed.finding, exposed);
    const workers = findWorkers(this.context, tenant);
    const standings = this.figures.find(keyOf(tenant));
    findings.push(checkWorkers(this.context, tenant, workers), checkDelivery(standings), tenant.spec.suspend === true
      ? bad('Active', 'Suspended', 'spec.suspend is true: nothing is taken in or sent; what waits is kept.') : ok('Active', 'Active'));
    return { facts: { ...facts, keys: keys.keys, policy: programmed.policy, workers, standings }, problem: programmed.problem, againInMs: this.#againIn(tenant, [referenced.finding, exposed], peers) };
  }

  async #declaredPeers(tenant: Tenant): Promise<DeclaredPeer[]> {
    const peers = acceptedPeers(this.context.world.peers.listBy('tenant', keyOf(tenant)));
    return Promise.all(peers.map(async (peer) => {
      const authority = await this.#references.authorityOf(peer);
      // An authority that cannot be read is believed by nobody; the public ones do not take its place.
      return { peer, caCertificate: authority === null ? null : (authority.value ?? '') };
    }));
  }

  // Secrets of others, and what belongs to the whole cluster, are not watched: what is missing is looked for, what is there is read again now and then.
  #againIn(tenant: Tenant, findings: readonly Finding[], peers: readonly DeclaredPeer[]): number | null {
    const unread = peers.filter(({ caCertificate }) => caCertificate === '');
    const missing = findings.filter(({ status, reason }) => status === 'False' && NOT_WATCHED.includes(reason)).map(({ type }) => sinceWhen(tenant, type));
    const since = [...missing, ...unread.map(({ peer }) => sinceWhen(peer, 'ResolvedRefs'))];
    const namesAny = tenant.spec.auth.oidc.clientSecretRef !== undefined || tenant.spec.exposure?.tls !== undefined || peers.some(({ caCertificate }) => caCertificate !== null);
    return since.length > 0 || namesAny ? lookAgainIn(since, this.context.clock.now()) : null;
  }

  async #program(tenant: Tenant, peers: readonly DeclaredPeer[]): Promise<{ finding: Finding; policy: TenantFacts['policy']; problem: Error | null }> {
    try {
      const programmed = await this.data.program(tenant, peers);
      if (programmed.outcome === 'refused') return { finding: bad('PolicyProgrammed', 'Refused', programmed.sentence), policy: null, problem: null };
      const hash = createHash('sha256').update(JSON.stringify([programmed.policy, peers.map(({ peer: { spec }, caCertificate }) => (caCertificate === null ? spec : [spec, caCertificate]))])).digest('hex').slice(0, 16);
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
    const [namespace = '', name = ''] = key.split('/');
    for (const condition of [...TENANT_CONDITIONS, 'Ready', 'ReconciliationPaused']) {
      for (const status of ['True', 'False', 'Unknown']) this.context.metrics.tenantCondition.remove({ namespace, name, condition, status });
    }
  }
}
