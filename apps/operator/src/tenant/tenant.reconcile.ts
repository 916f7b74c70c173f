import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { TenantContext } from '@scaiwave/core/resources';
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
import { PublishClientSecret } from './publish-client-secret.js';
import { lookAgainIn, References, sinceWhen } from './references.js';
import { orRefused, StepRefused } from './refusal.js';
import { RetireTenant } from './retire-tenant.js';
import { SeverByAnnotation } from './sever-by-annotation.js';
import { TellProvider } from './tell-provider.js';
import { bad, decideClaim, ok, TENANT_CONDITIONS } from './tenant.checks.js';
import type { DeclaredPeer, TenantData } from './tenant-data.js';

const NOT_WATCHED: readonly string[] = ['SecretNotFound', 'SecretInvalid', 'IngressClassNotFound', 'NotPublished'];

/** What became of the rows; `row` null when they could not be written. */
interface Programming {
  finding: Finding;
  policy: TenantFacts['policy'];
  row: TenantContext | null;
  problem: Error | null;
  /** somebody else's rows are in the way, perhaps not for long */
  isRefused: boolean;
}

interface Worked {
  facts: TenantFacts;
  problem: Error | null;
  againInMs: number | null;
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
  readonly #references: References;
  readonly #clientSecret: PublishClientSecret;
  readonly #expose: ExposeTenant;
  readonly #retire: RetireTenant;
  readonly #sever: SeverByAnnotation;
  readonly #provider: TellProvider;

  constructor(
    private readonly context: OperatorContext,
    private readonly data: TenantData,
    private readonly figures: Figures,
    private readonly keys: EnsureKeys,
  ) {
    this.#references = new References(context.client);
    this.#clientSecret = new PublishClientSecret(context);
    this.#expose = new ExposeTenant(context);
    this.#retire = new RetireTenant(context, data.lifecycle);
    this.#sever = new SeverByAnnotation(context, data.lifecycle);
    this.#provider = new TellProvider(context, data.lifecycle.reports);
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
    const { facts, problem, againInMs } = await this.#work(tenant, findings).catch((error: unknown) => this.#stopAt(tenant, findings, error));
    await this.#report(tenant, buildTenantStatus(tenant, facts));
    if (problem !== null) throw problem;
    return { requeueAfterMs: againInMs };
  }

  async #work(tenant: Tenant, findings: Finding[]): Promise<Worked> {
    const facts = this.#nothingFound(tenant, findings);
    if (findings[0]?.status !== 'True') return { facts, problem: null, againInMs: null };
    await orRefused('Accepted', this.#hold(tenant));
    const referenced = await orRefused('ResolvedRefs', this.#references.ofTenant(tenant));
    findings.push(referenced.finding);
    await orRefused('ResolvedRefs', this.#clientSecret.run(tenant, referenced.clientSecret));
    const keys = await orRefused('KeysReady', this.keys.run(tenant));
    findings.push(keys.finding);
    const peers = await orRefused('ResolvedRefs', this.#declaredPeers(tenant));
    const programmed = await this.#program(tenant, peers, keys);
    const exposed = await orRefused('Exposed', this.#expose.run(tenant, referenced));
    findings.push(programmed.finding, exposed);
    const severed = programmed.row === null ? null : await this.#sever.run(tenant, programmed.row);
    const workers = findWorkers(this.context, tenant);
    const standings = this.figures.find(keyOf(tenant));
    const running = checkWorkers(this.context, tenant, { workers, isPublished: programmed.row === null ? null : keys.isPublished });
    findings.push(running, checkDelivery(tenant, standings), tenant.spec.suspend === true
      ? bad('Active', 'Suspended', 'spec.suspend is true: nothing is taken in or sent; what waits is kept.') : ok('Active', 'Active'));
    const isUnderWay = severed?.isUnderWay === true || programmed.isRefused;
    return {
      facts: { ...facts, keys: keys.status, policy: programmed.policy, workers, standings, ...(severed && { severance: severed.severance }) },
      problem: programmed.problem, againInMs: isUnderWay ? LOOK_AGAIN_MS : this.#againIn(tenant, [referenced.finding, exposed, running], peers),
    };
  }

  #nothingFound({ status }: Tenant, findings: Finding[]): TenantFacts {
    return { findings, keys: null, policy: null, workers: null, standings: null, severance: status?.severance, now: this.context.clock.date() };
  }

  // What the apiserver refuses is told in the condition of that step, and tried again after a back-off.
  #stopAt(tenant: Tenant, findings: Finding[], error: unknown): Worked {
    if (!(error instanceof StepRefused)) throw error;
    const before = findings.filter(({ type }) => type !== error.finding.type);
    return { facts: this.#nothingFound(tenant, [...before, error.finding]), problem: error.cause, againInMs: null };
  }

  async #declaredPeers(tenant: Tenant): Promise<DeclaredPeer[]> {
    const peers = acceptedPeers(this.context.world.peers.listBy('tenant', keyOf(tenant)));
    return Promise.all(peers.map(async (peer) => {
      const authority = await this.#references.authorityOf(peer);
      // An authority that cannot be read is believed by nobody; the public ones do not take its place.
      return { peer, caCertificate: authority === null ? null : (authority.value ?? '') };
    }));
  }

  // Secrets of others, what belongs to the whole cluster, and what workers write into Postgres are not watched: what is missing is looked for, what is there is read again now and then.
  #againIn(tenant: Tenant, findings: readonly Finding[], peers: readonly DeclaredPeer[]): number | null {
    const unread = peers.filter(({ caCertificate }) => caCertificate === '');
    const missing = findings.filter(({ status, reason }) => status === 'False' && NOT_WATCHED.includes(reason)).map(({ type }) => sinceWhen(tenant, type));
    const since = [...missing, ...unread.map(({ peer }) => sinceWhen(peer, 'ResolvedRefs'))];
    const namesAny = tenant.spec.auth.oidc.clientSecretRef !== undefined || tenant.spec.exposure?.tls !== undefined || peers.some(({ caCertificate }) => caCertificate !== null);
    return since.length > 0 || namesAny ? lookAgainIn(since, this.context.clock.now()) : null;
  }

  async #program(tenant: Tenant, peers: readonly DeclaredPeer[], keys: KeysFound): Promise<Programming> {
    try {
      const programmed = await this.data.program(tenant, peers);
      if (programmed.outcome === 'refused') return { ...NOTHING_PROGRAMMED, finding: bad('PolicyProgrammed', 'Refused', programmed.sentence), isRefused: true };
      await this.keys.record(programmed.tenant.id, keys);
      if (programmed.outcome === 'changed') await this.figures.refreshTenant(keyOf(tenant), programmed.tenant.id, this.context.clock.now());
      const hash = createHash('sha256').update(JSON.stringify([programmed.policy, peers.map(({ peer: { spec }, caCertificate }) => (caCertificate === null ? spec : [spec, caCertificate]))])).digest('hex').slice(0, 16);
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
    this.#provider.run(tenant, plain);
    if (isDeepStrictEqual(plain, tenant.status)) return;
    await this.context.client.applyStatus(TENANT, keyOf(tenant), plain);
    const [before, after] = [tenant.status, plain].map((one) => one?.conditions?.find(({ type }) => type === 'Ready'));
    if (after === undefined || (before?.status === after.status && before.reason === after.reason)) return;
    await this.context.events.record(tenant, { type: after.status === 'False' ? 'Warning' : 'Normal', reason: after.reason as TenantReason, message: after.message || 'The tenant is ready.' });
  }

  #measure(tenant: Tenant, { conditions = [] }: TenantStatus): void {
    const { namespace = '', name } = tenant.metadata;
    for (const { type, status } of conditions) this.context.metrics.setCondition({ namespace, name, condition: type }, status);
  }

  #forgetMetrics(key: string): void {
    this.keys.forget(key);
    const [namespace = '', name = ''] = key.split('/');
    for (const condition of [...TENANT_CONDITIONS, 'Ready', 'ReconciliationPaused']) this.context.metrics.setCondition({ namespace, name, condition }, null);
  }
}
