import type { OperatorConfig } from '@scaiwave/config';
import type { Logger } from '@scaiwave/telemetry';
import { AUTOSCALER, DISRUPTION_BUDGET, FOREIGN_KINDS, POD, SERVICE_ACCOUNT, type Pod } from './child-kinds.js';
import { KubeClient } from './kube/kube-client.js';
import type { Kind, KubeObject } from './kube/kube-object.js';
import { ObjectStore } from './kube/object-store.js';
import { Reflector } from './kube/reflector.js';
import { trimObject } from './kube/trim-object.js';
import type { KubeTransport } from './kube/transport.js';
import { LABELS, MANAGED } from './kinds.js';
import { tenantOf } from './owner-of.js';

const ALWAYS_KNOWN: readonly Kind[] = [SERVICE_ACCOUNT, DISRUPTION_BUDGET, AUTOSCALER, POD];

interface Watched {
  store: ObjectStore<KubeObject>;
  /** null: the cluster does not know the kind now */
  reflector: Reflector<KubeObject> | null;
}

type OnChange = (kind: Kind, before: KubeObject | null, after: KubeObject | null) => void;

/** What the operator has made in the release's namespace, beside Deployments and Ingresses; kinds of other projects come and go with them. */
export class Children {
  readonly #watched = new Map<Kind, Watched>([...ALWAYS_KNOWN, ...FOREIGN_KINDS].map((kind) => [kind, { store: new ObjectStore({ tenant: tenantsOf, pool: poolsOf }), reflector: null }]));
  readonly #client: KubeClient;
  #onChange: OnChange = () => undefined;

  constructor(
    private readonly transport: KubeTransport,
    private readonly config: Pick<OperatorConfig, 'releaseNamespace' | 'watchSilenceMs'>,
    private readonly logger: Logger,
  ) {
    this.#client = new KubeClient(transport);
  }

  of<T extends KubeObject>(kind: Kind): ObjectStore<T> {
    return this.#of(kind).store as unknown as ObjectStore<T>;
  }

  /** Does the cluster know this kind, as of the last look? */
  knows(kind: Kind): boolean {
    return this.#of(kind).reflector !== null;
  }

  has(kind: Kind): boolean {
    return this.#watched.has(kind);
  }

  /** What one of our own writes was answered with. */
  remember(kind: Kind, object: KubeObject, isTold: boolean): void {
    this.#of(kind).reflector?.remember(object, isTold);
  }

  /** Every object, with its kind. */
  list(): { kind: Kind; object: KubeObject }[] {
    return [...this.#watched].flatMap(([kind, { store }]) => store.list().map((object) => ({ kind, object })));
  }

  /** Resolves when everything that the cluster knows has been listed once. */
  async start(onChange: OnChange): Promise<void> {
    this.#onChange = onChange;
    await Promise.all(ALWAYS_KNOWN.map((kind) => this.#begin(kind)));
    // What cannot be found out now is found out by the next look.
    await this.look().catch((err: unknown) => this.logger.warn({ err }, 'Which kinds the cluster knows could not be read; the next look does it.'));
  }

  /** Looks which kinds of other projects there are. @returns whether one has come or gone */
  async look(): Promise<boolean> {
    const changed = await Promise.all(FOREIGN_KINDS.map((kind) => this.#lookFor(kind)));
    return changed.includes(true);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watched.values()].flatMap(({ reflector }) => reflector?.stop() ?? []));
  }

  async #lookFor(kind: Kind): Promise<boolean> {
    const isThere = await this.#client.hasKind(kind);
    if (isThere === this.knows(kind)) return false;
    this.logger.info({ kind: kind.kind, isThere }, 'A kind of another project has come or gone.');
    if (isThere) await this.#begin(kind);
    else await this.#end(kind);
    return true;
  }

  async #begin(kind: Kind): Promise<void> {
    const watched = this.#of(kind);
    watched.reflector = new Reflector<KubeObject>(this.transport, {
      kind, namespace: this.config.releaseNamespace, labelSelector: MANAGED, silenceMs: this.config.watchSilenceMs, store: watched.store, trim: trimFor(kind),
      onChange: (before, after) => this.#onChange(kind, before, after),
    }, this.logger);
    await watched.reflector.start();
  }

  async #end(kind: Kind): Promise<void> {
    const watched = this.#of(kind);
    const { reflector, store } = watched;
    watched.reflector = null;
    await reflector?.stop();
    for (const key of store.keys()) store.remove(key);
  }

  #of(kind: Kind): Watched {
    const watched = this.#watched.get(kind);
    if (watched === undefined) throw new TypeError(`${kind.kind} is not watched.`);
    return watched;
  }
}

const tenantsOf = (object: KubeObject): string[] => [tenantOf(object)].filter((key) => key !== null);
const poolsOf = ({ metadata: { labels } }: KubeObject): string[] => [labels?.[LABELS.pool]].filter((pool) => pool !== undefined);

// Of a pod only its state is of use here.
function trimFor(kind: Kind): (object: KubeObject) => KubeObject {
  if (kind !== POD) return trimObject;
  return (object) => {
    const { apiVersion, kind: name, metadata } = trimObject(object);
    return { apiVersion, kind: name, metadata, status: (object as Pod).status } as Pod;
  };
}
