import type { OperatorConfig } from '@scaiwave/config';
import type { Logger } from '@scaiwave/telemetry';
import { Children } from './children.js';
import type { KubeObject, Kind } from './kube/kube-object.js';
import { ObjectStore } from './kube/object-store.js';
import { Reflector } from './kube/reflector.js';
import { trimObject } from './kube/trim-object.js';
import type { KubeTransport } from './kube/transport.js';
import { tenantOf, tenantOfPeer } from './owner-of.js';
import { poolOf } from './tenant/pool-of.js';
import { DEPLOYMENT, INGRESS, LABELS, MANAGED, PEER, SECRET, TENANT, type Deployment, type Ingress, type Peer, type Secret, type Tenant } from './kinds.js';

/** Told of every change; one of the two is null for what is new or gone. */
export interface Watchers {
  tenant: (before: Tenant | null, after: Tenant | null) => void;
  peer: (before: Peer | null, after: Peer | null) => void;
  secret: (before: Secret | null, after: Secret | null) => void;
  deployment: (before: Deployment | null, after: Deployment | null) => void;
  ingress: (before: Ingress | null, after: Ingress | null) => void;
  child: (kind: Kind, before: KubeObject | null, after: KubeObject | null) => void;
}

const byTenant = (object: KubeObject): string[] => {
  const tenant = tenantOf(object);
  return tenant === null ? [] : [tenant];
};

type Reflected = Pick<Reflector<KubeObject>, 'start' | 'stop' | 'hasSynced' | 'remember'>;

/** Everything that the operator sees of the cluster, kept up to date: resources of all namespaces, and objects that it made itself. */
export class World {
  readonly tenants = new ObjectStore<Tenant>({ serverName: ({ spec }) => [spec.serverName], pool: (tenant) => [poolOf(tenant)] });
  readonly peers = new ObjectStore<Peer>({ tenant: (peer) => [tenantOfPeer(peer)] });
  readonly secrets = new ObjectStore<Secret>({ tenant: byTenant, part: ({ metadata }) => [metadata.labels?.[LABELS.part] ?? ''] });
  readonly deployments = new ObjectStore<Deployment>();
  readonly ingresses = new ObjectStore<Ingress>({ tenant: byTenant });
  readonly children: Children;
  readonly #reflectors = new Map<Kind, Reflected>();

  constructor(
    private readonly transport: KubeTransport,
    private readonly config: Pick<OperatorConfig, 'releaseNamespace' | 'watchSilenceMs'>,
    private readonly logger: Logger,
  ) {
    this.children = new Children(transport, config, logger);
  }

  get hasSynced(): boolean {
    return this.#reflectors.size > 0 && [...this.#reflectors.values()].every(({ hasSynced }) => hasSynced);
  }

  /** Resolves when everything has been listed once. */
  async start(watchers: Watchers): Promise<void> {
    this.#reflect(TENANT, this.tenants, watchers.tenant);
    this.#reflect(PEER, this.peers, watchers.peer);
    this.#reflect(SECRET, this.secrets, watchers.secret);
    this.#reflect(DEPLOYMENT, this.deployments, watchers.deployment);
    this.#reflect(INGRESS, this.ingresses, watchers.ingress);
    await Promise.all([...[...this.#reflectors.values()].map((reflector) => reflector.start()), this.children.start(watchers.child)]);
  }

  async stop(): Promise<void> {
    await Promise.all([...[...this.#reflectors.values()].map((reflector) => reflector.stop()), this.children.stop()]);
  }

  /** What one of our own writes was answered with: whoever reads this world next sees it. */
  remember(kind: Kind, object: KubeObject, isTold: boolean): void {
    if (this.children.has(kind)) this.children.remember(kind, object, isTold);
    else this.#reflectors.get(kind)?.remember(object, isTold);
  }

  #reflect<T extends KubeObject>(kind: Kind, store: ObjectStore<T>, onChange: (before: T | null, after: T | null) => void): void {
    const isOurs = kind === DEPLOYMENT || kind === INGRESS;
    const reflector = new Reflector<T>(this.transport, {
      kind, store, onChange, trim: trimObject, silenceMs: this.config.watchSilenceMs,
      ...(kind !== TENANT && kind !== PEER && { labelSelector: MANAGED }),
      ...(isOurs && { namespace: this.config.releaseNamespace }),
    }, this.logger);
    this.#reflectors.set(kind, reflector as unknown as Reflected);
  }
}
