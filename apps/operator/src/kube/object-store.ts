import { keyOf, type KubeObject, type ObjectKey } from './kube-object.js';

/** By what an object is found beside its key: names of the entries it belongs to. */
export type Index<T> = (object: T) => readonly string[];

/** The objects of one kind as last seen, and indexes over them. Everything that reads one sees the same object: do not change it. */
export class ObjectStore<T extends KubeObject> {
  readonly #objects = new Map<ObjectKey, T>();
  readonly #indexes: ReadonlyMap<string, { entriesOf: Index<T>; entries: Map<string, Set<ObjectKey>> }>;

  constructor(indexes: Record<string, Index<T>> = {}) {
    this.#indexes = new Map(Object.entries(indexes).map(([name, entriesOf]) => [name, { entriesOf, entries: new Map<string, Set<ObjectKey>>() }]));
  }

  get size(): number {
    return this.#objects.size;
  }

  find(key: ObjectKey): T | null {
    return this.#objects.get(key) ?? null;
  }

  keys(): ObjectKey[] {
    return [...this.#objects.keys()];
  }

  list(): T[] {
    return [...this.#objects.values()];
  }

  listBy(index: string, entry: string): T[] {
    const keys = this.#index(index).entries.get(entry) ?? new Set<ObjectKey>();
    return [...keys].toSorted().flatMap((key) => this.find(key) ?? []);
  }

  put(object: T): T | null {
    const key = keyOf(object);
    const before = this.remove(key);
    this.#objects.set(key, object);
    for (const { entriesOf, entries } of this.#indexes.values()) {
      for (const entry of entriesOf(object)) entries.set(entry, (entries.get(entry) ?? new Set()).add(key));
    }
    return before;
  }

  remove(key: ObjectKey): T | null {
    const object = this.find(key);
    if (object === null) return null;
    this.#objects.delete(key);
    for (const { entriesOf, entries } of this.#indexes.values()) {
      for (const entry of entriesOf(object)) {
        entries.get(entry)?.delete(key);
        if (entries.get(entry)?.size === 0) entries.delete(entry);
      }
    }
    return object;
  }

  #index(name: string): { entries: Map<string, Set<ObjectKey>> } {
    const index = this.#indexes.get(name);
    if (index === undefined) throw new TypeError(`There is no index "${name}".`);
    return index;
  }
}
