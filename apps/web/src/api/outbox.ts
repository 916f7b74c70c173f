import { ApiError, problemFrom } from './client.js';
import { now } from './clock.js';
import { keysWith, outboxPrefix } from './kept-text.js';
import type { ApiProblem, EventContent } from './types.js';

/** A message that was written here and that the server has not confirmed yet. */
export interface OutboxEntry {
  /** the event_uuid: the server takes it once, however often it is sent */
  id: string;
  roomId: string;
  content: EventContent;
  /** milliseconds; unique in this outbox, because it is also the order */
  writtenAt: number;
  state: 'sending' | 'waiting' | 'refused';
  problem?: ApiProblem;
}

export interface OutboxOptions {
  /** Whose outbox it is: each person's is their own, also in one browser. */
  owner: string;
  storage: Storage | null;
  /** Hands the message to the server; resolves when it has it. */
  send(entry: OutboxEntry): Promise<void>;
  /** Runs `task` after `delayMs`; returns how to cancel it. */
  schedule(task: () => void, delayMs: number): () => void;
  onChange(entries: readonly OutboxEntry[]): void;
  /** The server could not be reached. */
  onUnreachable(): void;
}

const MAX_DELAY_MS = 30_000;

function isTransient(error: unknown): boolean {
  // Without an answer in time it is no ApiError. 401: who signs in again goes on where they were.
  return !(error instanceof ApiError) || [0, 401, 429].includes(error.status) || error.status >= 500;
}

/**
 * What I wrote, until the server has it: kept over reloads, sent in the order of writing within each room, and sent again until there is
 * an answer. Every entry has a key of its own in the storage, so that two windows do not overwrite each other's; that both send what they
 * find is harmless, because the server knows the id.
 */
export class Outbox {
  private entries: OutboxEntry[] = [];
  private readonly busyRooms = new Set<string>();
  private attempt = 0;
  private cancelRetry: (() => void) | null = null;
  private isStopped = true;
  private readonly options: OutboxOptions;
  private readonly prefix: string;

  constructor(options: OutboxOptions) {
    this.options = options;
    this.prefix = outboxPrefix(options.owner);
  }

  start(): void {
    this.isStopped = false;
    this.entries = this.restore();
    this.options.onChange(this.entries);
    this.flush();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
  }

  add(message: Pick<OutboxEntry, 'id' | 'roomId' | 'content'>): void {
    const writtenAt = Math.max(now(), (this.entries.at(-1)?.writtenAt ?? 0) + 1);
    const isBehind = this.entries.some(({ roomId, state }) => roomId === message.roomId && state === 'waiting');
    const entry: OutboxEntry = { ...message, writtenAt, state: isBehind ? 'waiting' : 'sending' };
    this.keep(entry);
    this.change([...this.entries, entry]);
    this.flush();
  }

  /** Sends a refused one again. */
  retry(id: string): void {
    this.patch((entry) => (entry.id === id ? { ...entry, state: 'sending', problem: undefined } : entry));
    this.flush();
  }

  /** Forgets what was discarded here, in another window, or has arrived. */
  drop(id: string): void {
    if (!this.entries.some((entry) => entry.id === id)) return;
    this.options.storage?.removeItem(this.prefix + id);
    this.change(this.entries.filter((entry) => entry.id !== id));
  }

  /** Sends whatever waits, now: called when there is hope again. */
  flush(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    for (const roomId of new Set(this.entries.map((entry) => entry.roomId))) void this.drain(roomId);
  }

  /** Another window has changed the storage. */
  storageChanged(key: string | null, value: string | null): void {
    if (key?.startsWith(this.prefix) && value === null) this.drop(key.slice(this.prefix.length));
  }

  private async drain(roomId: string): Promise<void> {
    if (this.busyRooms.has(roomId)) return;
    this.busyRooms.add(roomId);
    for (let next = this.nextOf(roomId); next && !this.isStopped; next = this.nextOf(roomId)) {
      if (!(await this.deliver(next))) break;
    }
    this.busyRooms.delete(roomId);
  }

  private nextOf(roomId: string): OutboxEntry | undefined {
    return this.entries.find((entry) => entry.roomId === roomId && entry.state !== 'refused');
  }

  /** @returns whether the room's next one may be tried */
  private async deliver(entry: OutboxEntry): Promise<boolean> {
    try {
      await this.options.send(entry);
      this.attempt = 0;
      this.drop(entry.id);
      return true;
    } catch (error) {
      if (!isTransient(error)) {
        this.patch((each) => (each.id === entry.id ? { ...each, state: 'refused', problem: problemFrom(error) } : each));
        return true;
      }
      this.patch((each) => (each.roomId === entry.roomId && each.state === 'sending' ? { ...each, state: 'waiting' } : each));
      this.tryLater();
      this.options.onUnreachable();
      return false;
    }
  }

  private tryLater(): void {
    if (this.isStopped || this.cancelRetry) return;
    const delayMs = Math.min(MAX_DELAY_MS, 2_000 * 2 ** this.attempt++);
    this.cancelRetry = this.options.schedule(() => this.flush(), delayMs);
  }

  private patch(change: (entry: OutboxEntry) => OutboxEntry): void {
    const next = this.entries.map(change);
    for (const [index, entry] of next.entries()) if (entry !== this.entries[index]) this.keep(entry);
    this.change(next);
  }

  private change(entries: OutboxEntry[]): void {
    this.entries = entries;
    this.options.onChange(entries);
  }

  private keep(entry: OutboxEntry): void {
    try {
      this.options.storage?.setItem(this.prefix + entry.id, JSON.stringify(entry));
    } catch {
      // The storage is full or forbidden: it is kept as long as this page is open.
    }
  }

  private restore(): OutboxEntry[] {
    const known = new Map(this.entries.map((entry) => [entry.id, entry]));
    const stored = keysWith(this.prefix, this.options.storage).flatMap((key) => parseEntry(this.options.storage?.getItem(key) ?? ''));
    for (const entry of stored) if (!known.has(entry.id)) known.set(entry.id, entry.state === 'refused' ? entry : { ...entry, state: 'waiting' });
    return [...known.values()].sort((a, b) => a.writtenAt - b.writtenAt);
  }
}

function parseEntry(text: string): OutboxEntry[] {
  try {
    const entry = JSON.parse(text) as Partial<OutboxEntry>;
    const isWhole = typeof entry.id === 'string' && typeof entry.roomId === 'string' && typeof entry.writtenAt === 'number' && typeof entry.content === 'object';
    return isWhole ? [entry as OutboxEntry] : [];
  } catch {
    return [];
  }
}
