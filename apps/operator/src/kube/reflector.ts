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
  /** a watch that says nothing for so long, not even a bookmark (they come every minute), is begun anew */
  silenceMs: number;
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
  /** written by ourselves while a list is being read */
  readonly #written = new Set<string>();
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
        // A watch that ends at once without a word, and again, must not be asked for without end.
        if ((await this.#watch()) === 0) await this.#rest(new KubeError(0, 'Empty', 'the watch ended without a word'));
      } catch (error) {
        if (signal.aborted) return;
        await this.#rest(error);
      }
    }
  }

  async #rest(error: unknown): Promise<void> {
    if (error instanceof KubeError && error.isExpired) this.#version = null;
    // It has waited for long enough, and asks nothing of a server that is busy.
    if (error instanceof KubeError && error.isSilence) this.#backOff.reset();
    const waitMs = Math.max(this.#backOff.next(), error instanceof KubeError ? (error.retryAfterMs ?? 0) : 0);
    this.logger.warn({ err: error, kind: this.options.kind.kind, waitMs }, 'A watch ended; it begins anew.');
    await delay(waitMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #list(): Promise<void> {
    const { kind, namespace, store } = this.options;
    const seen = new Set<string>();
    let next: string | undefined;
    this.#written.clear();
    do {
      const page: Page<T> = await this.transport.send({
        method: 'GET', path: pathOf(kind, { namespace }), query: { ...this.#selector, limit: String(PAGE_SIZE), ...(next && { continue: next }) },
      }, this.#stop.signal);
      // Objects in a list do not say what they are.
      for (const item of page.items) seen.add(this.#put({ ...item, apiVersion: kind.apiVersion, kind: kind.kind }, this.#written.has(keyOf(item)) ? isNewer : isOther));
      next = page.metadata.continue;
      if (!next) this.#version = page.metadata.resourceVersion;
    } while (next);
    for (const key of store.keys()) if (!seen.has(key) && !this.#isWrittenSince(key)) this.#remove(key);
    this.#hasSynced = true;
    this.#whenSynced.resolve();
  }

  async #watch(): Promise<number> {
    const { kind, namespace, silenceMs } = this.options;
    const query = { ...this.#selector, watch: 'true', allowWatchBookmarks: 'true', resourceVersion: this.#version ?? '', timeoutSeconds: String(WATCH_S + randomInt(60)) };
    let count = 0;
    for await (const line of this.transport.lines(pathOf(kind, { namespace }), query, { signal: this.#stop.signal, silenceMs })) {
      this.#take(JSON.parse(line) as WatchLine);
      this.#backOff.reset();
      count += 1;
    }
    return count;
  }

  /**
   * Takes what one of our own writes was answered with, so that whoever looks next sees it, whether or not the watch has told it yet.
   * What the watch has gone past is not taken: it may be deleted by now.
   */
  remember(object: T, isTold: boolean): void {
    if (!isNewer(object.metadata.resourceVersion ?? '', this.#version)) return;
    const isListing = this.#version === null;
    const key = this.#put(object, isNewer, isTold);
    if (isListing) this.#written.add(key);
  }

  // The list was read before that write: the watch says what becomes of it.
  #isWrittenSince(key: string): boolean {
    return this.#written.has(key) && isNewer(this.options.store.find(key)?.metadata.resourceVersion ?? '', this.#version);
  }

  #take({ type, object }: WatchLine): void {
    if (type === 'ERROR') throw parseStatus(500, JSON.stringify(object), undefined);
    if (type === 'DELETED') this.#remove(keyOf(object));
    else if (type !== 'BOOKMARK') this.#put(object as T, isNewer);
    this.#advance(object.metadata.resourceVersion);
  }

  // Versions of one kind only grow; one that is older than what we have seen would make us see things twice.
  #advance(version: string | undefined): void {
    if (version !== undefined && isNewer(version, this.#version)) this.#version = version;
  }

  #put(object: T, isNews: (version: string, than: string) => boolean, isTold = true): string {
    const { store, trim, onChange } = this.options;
    const kept = trim === undefined ? object : trim(object);
    const key = keyOf(kept);
    const present = store.find(key);
    if (present !== null && !isNews(kept.metadata.resourceVersion ?? '', present.metadata.resourceVersion ?? '')) return key;
    store.put(kept);
    if (isTold) onChange(present, kept);
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

// A list is the truth: after a restore of etcd its versions are smaller than those we have seen.
function isOther(version: string, than: string): boolean {
  return version !== than;
}
