import type { Logger } from '@scaiwave/telemetry';
import { Children } from './children.js';
import type { KubeObject, Kind } from './kube/kube-object.js';
import { ObjectStore } from './kube/object-store.js';
import { Reflector } from './kube/reflector.js';
import type { KubeTransport } from './kube/transport.js';
import { tenantOf } from './owner-of.js';
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

/** Everything that the operator sees of the cluster, kept up to date: resources of all namespaces, and objects that it made itself. */
export class World {
  readonly tenants = new ObjectStore<Tenant>({ serverName: ({ spec }) => [spec.serverName] });
  readonly peers = new ObjectStore<Peer>({ tenant: ({ metadata, spec }) => [`${metadata.namespace}/${spec.tenantRef.name}`] });
  readonly secrets = new ObjectStore<Secret>({ tenant: byTenant, part: ({ metadata }) => [metadata.labels?.[LABELS.part] ?? ''] });
  readonly deployments = new ObjectStore<Deployment>();
  readonly ingresses = new ObjectStore<Ingress>({ tenant: byTenant });
  readonly children: Children;
  readonly #reflectors: Array<{ start(): Promise<void>; stop(): Promise<void>; hasSynced: boolean }> = [];

  constructor(
    private readonly transport: KubeTransport,
    private readonly releaseNamespace: string,
    private readonly logger: Logger,
  ) {
    this.children = new Children(transport, releaseNamespace, logger);
  }

  get hasSynced(): boolean {
    return this.#reflectors.length > 0 && this.#reflectors.every((reflector) => reflector.hasSynced);
  }

  /** Resolves when everything has been listed once. */
  async start(watchers: Watchers): Promise<void> {
    this.#reflect(TENANT, this.tenants, watchers.tenant);
    this.#reflect(PEER, this.peers, watchers.peer);
    this.#reflect(SECRET, this.secrets, watchers.secret);
    this.#reflect(DEPLOYMENT, this.deployments, watchers.deployment);
    this.#reflect(INGRESS, this.ingresses, watchers.ingress);
    await Promise.all([...this.#reflectors.map((reflector) => reflector.start()), this.children.start(watchers.child)]);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#reflectors.map((reflector) => reflector.stop()), this.children.stop()]);
  }

  #reflect<T extends KubeObject>(kind: Kind, store: ObjectStore<T>, onChange: (before: T | null, after: T | null) => void): void {
    const isOurs = kind === DEPLOYMENT || kind === INGRESS;
    this.#reflectors.push(new Reflector<T>(this.transport, {
      kind, store, onChange, trim,
      ...(kind !== TENANT && kind !== PEER && { labelSelector: MANAGED }),
      ...(isOurs && { namespace: this.releaseNamespace }),
    }, this.logger));
  }
}

// Who owns which field is of no use here, and often longer than the object.
function trim<T extends KubeObject>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as T['metadata'] & { managedFields?: unknown };
  return { ...object, metadata };
}
