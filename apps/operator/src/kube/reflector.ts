import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@scaiwave/telemetry';
import { BackOff } from './back-off.js';
import { KubeError, parseStatus } from './kube-error.js';
import { keyOf, pathOf, type Kind, type KubeObject } from './kube-object.js';
import type { ObjectStore } from './object-store.js';
import type { KubeTransport } from './transport.js';

export interface ReflectorOptions<T extends KubeObject> {
  kind: Kind;
  /** only objects of this namespace; left out: of all */
  namespace?: string | undefined;
  /** only objects with these labels: foreign Secrets never come into our memory */
  labelSelector?: string;
  store: ObjectStore<T>;
  /** `before` is null for what is new, `after` for what is gone */
  onChange: (before: T | null, after: T | null) => void;
  /** what of an object is worth keeping in memory */
  trim?: (object: T) => T;
  /** a watch that says nothing for so long, not even a bookmark (they come every minute), is begun anew; default 150 s */
  silenceMs?: number;
  /** first wait after a failure; default 500 ms, doubling to 30 s */
  firstBackOffMs?: number;
}

interface Page<T> {
  metadata: { resourceVersion: string; continue?: string };
  items: T[];
}

interface WatchLine {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject;
}

const PAGE_SIZE = 500;
const SILENCE_MS = 150_000;
const WATCH_S = 240;
const FIRST_BACK_OFF_MS = 500;
const MAX_BACK_OFF_MS = 30_000;

/**
 * Keeps a store equal to what the apiserver has of one kind.
 *
 *   list, page by page ─→ watch from the list's version ─┬─ line      → store, onChange
 *        ▲                                               ├─ bookmark  → version
 *        │                                               ├─ the end, a reset, half a line, silence, 5xx, 429 → watch again from the last version
 *        └────────────── 410: version no longer kept ────┘
 *
 * What changed while nobody watched comes out of comparing the new list with the store, deletions too.
 */
export class Reflector<T extends KubeObject> {
  readonly #backOff: BackOff;
  readonly #stop = new AbortController();
  #version: string | null = null;
  #hasSynced = false;
  #running: Promise<void> | undefined;
  #whenSynced = Promise.withResolvers<void>();

  constructor(
    private readonly transport: KubeTransport,
    private readonly options: ReflectorOptions<T>,
    private readonly logger: Logger,
  ) {
    this.#backOff = new BackOff({ firstMs: options.firstBackOffMs ?? FIRST_BACK_OFF_MS, maxMs: MAX_BACK_OFF_MS });
  }

  /** Has the first list been read? */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Begins; resolves after the first complete list, or when stopped. */
  async start(): Promise<void> {
    this.#running ??= this.#run();
    await Promise.race([this.#whenSynced.promise, this.#running]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        if (this.#version === null) await this.#list();
        await this.#watch();
      } catch (error) {
        if (signal.aborted) return;
        await this.#rest(error);
      }
    }
  }

  async #rest(error: unknown): Promise<void> {
    if (error instanceof KubeError && error.isExpired) this.#version = null;
    const waitMs = Math.max(this.#backOff.next(), error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0);
    this.logger.warn({ err: error, kind: this.options.kind.kind, waitMs }, 'A watch ended; it begins anew.');
    await delay(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #list(): Promise<void> {
    const { kind, namespace, store } = this.options;
    const seen = new Set<string>();
    let next: string | undefined;
    do {
      const page: Page<T> = await this.transport.send({
        method: 'GET', path: pathOf(kind, { namespace }), query: { ...this.#selector, limit: String(PAGE_SIZE), ...(next && { continue: next }) },
      }, this.#stop.signal);
      // Objects in a list do not say what they are.
      for (const item of page.items) seen.add(this.#put({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }));
      next = page.metadata.continue;
      if (!next) this.#version = page.metadata.resourceVersion;
    } while (next);
    for (const key of store.keys()) if (!seen.has(key)) this.#remove(key);
    this.#hasSynced = true;
    this.#whenSynced.resolve();
  }

  async #watch(): Promise<void> {
    const { kind, namespace, silenceMs = SILENCE_MS } = this.options;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), silenceMs);
    const query = { ...this.#selector, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.#version ?? '', timeoutSeconds: String(WATCH_S + randomInt(60)) };
    try {
      for await (const line of this.transport.lines(pathOf(kind, { namespace }), query, AbortSignal.any([this.#stop.signal, silence.signal]))) {
        timer.refresh();
        this.#take(JSON.parse(line) as WatchLine);
        this.#backOff.reset();
      }
    } catch (error) {
      if (!silence.signal.aborted) throw error;
      this.logger.warn({ kind: kind.kind }, 'A watch was silent for too long; it begins anew.');
    } finally {
      clearTimeout(timer);
    }
  }

  #take({ type, object }: WatchLine): void {
    if (type === 'ERROR') throw parseStatus(500, JSON.stringify(object), undefined);
    if (type === 'DELETED') this.#remove(keyOf(object));
    else if (type !== 'BOOKMARK') this.#put(object as T);
    this.#advance(object.metadata.resourceVersion);
  }

  // Versions of one kind only grow; one that is older than what we have seen would make us see things twice.
  #advance(version: string | undefined): void {
    if (version !== undefined && isNewer(version, this.#version)) this.#version = version;
  }

  #put(object: T): string {
    const { store, trim, onChange } = this.options;
    const kept = trim === undefined ? object : trim(object);
    const key = keyOf(kept);
    const present = store.find(key);
    if (present !== null && !isNewer(kept.metadata.resourceVersion ?? '', present.metadata.resourceVersion ?? null)) return key;
    store.put(kept);
    onChange(present, kept);
    return key;
  }

  #remove(key: string): void {
    const gone = this.options.store.remove(key);
    if (gone !== null) this.options.onChange(gone, null);
  }

  get #selector(): Record<string, string> {
    return this.options.labelSelector === undefined ? {} : { labelSelector: this.options.labelSelector };
  }
}

function isNewer(version: string, than: string | null): boolean {
  if (than === null || !/^\d+$/.test(version) || !/^\d+$/.test(than)) return version !== than;
  return BigInt(version) > BigInt(than);
}
