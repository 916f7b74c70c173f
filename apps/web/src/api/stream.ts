import type { Frame } from './types.js';

/*
 *            hello                 socket closed
 *  connecting ───► live ──────────────────────────► waiting: 0, 1, 2, 4 … 30 s
 *      ▲            │ first time: what was loaded before is loaded again   │
 *      │            │ later: sync from `cursor` until nothing is left      │
 *      └────────────┴──────────────────────────────────────────────────────┘
 */
export type ConnectionStatus = 'connecting' | 'catching-up' | 'live' | 'offline';

export interface SyncPage {
  events: Frame[];
  next_cursor: string | number;
  has_more: boolean;
}

/** A WebSocket, as far as the stream needs one. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface StreamOptions {
  openSocket(since: string | null): Socket;
  sync(since: string): Promise<SyncPage>;
  /** Runs `task` after `delayMs`; returns how to cancel it. */
  schedule(task: () => void, delayMs: number): () => void;
  onFrames(frames: Frame[]): void;
  onStatus(status: ConnectionStatus): void;
  /** What was loaded so far may lack events: load it again. */
  onReset(): void;
  onSignedOut(): void;
}

const BAD_TOKEN = 4001;
const MAX_DELAY_MS = 30_000;

/** Milliseconds before the n-th attempt (from 0) to connect again: at once, then 1, 2, 4 … 30 s. */
export function reconnectDelayMs(attempt: number): number {
  return attempt === 0 ? 0 : Math.min(MAX_DELAY_MS, 1_000 * 2 ** (attempt - 1));
}

/** A cursor is `<transaction>-<position>`: the later of two has the higher transaction, then the higher position. */
function later(a: string | null, b: unknown): string | null {
  if (b === undefined || b === null) return a;
  const next = String(b);
  return a === null || isLater(next, a) ? next : a;
}

function isLater(a: string, b: string): boolean {
  const [aTransaction = 0, aPosition = 0] = a.split('-').map(Number);
  const [bTransaction = 0, bPosition = 0] = b.split('-').map(Number);
  return aTransaction === bTransaction ? aPosition > bPosition : aTransaction > bTransaction;
}

/** One socket and one cursor. While it catches up, live frames are shown but do not move the cursor, so that a second cut loses nothing. */
export class Stream {
  private cursor: string | null = null;
  private newest: string | null = null;
  private catchingUp: Socket | null = null;
  private attempt = 0;
  private socket: Socket | null = null;
  private greetedBy: Socket | null = null;
  private cancelRetry: (() => void) | null = null;
  private isStopped = false;
  /** Attempts come and go; the connection is lost until the server greets. */
  private isLost = false;
  private readonly options: StreamOptions;

  constructor(options: StreamOptions) {
    this.options = options;
  }

  start(): void {
    this.isStopped = false;
    this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelRetry?.();
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  /** The network or the window came back: do not wait for the next attempt, and close a gap that a silent socket may hide. */
  nudge(): void {
    if (this.isStopped) return;
    if (!this.socket) {
      this.attempt = 0;
      this.connect();
    } else if (this.cursor !== null) {
      void this.catchUp(this.socket);
    }
  }

  /** Now or never: to a server that has greeted. */
  say(message: object): void {
    if (this.socket && this.socket === this.greetedBy) this.socket.send(JSON.stringify(message));
  }

  private connect(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    if (!this.isLost) this.options.onStatus('connecting');
    const socket = this.options.openSocket(this.cursor);
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.receive(socket, JSON.parse(String(data)) as Frame);
    };
    socket.onclose = ({ code }) => {
      if (this.socket === socket) this.disconnected(code);
    };
  }

  private receive(socket: Socket, frame: Frame): void {
    if (frame.type === 'hello') {
      this.greeted(socket, frame);
      return;
    }
    this.advance([frame]);
    this.options.onFrames([frame]);
  }

  private greeted(socket: Socket, hello: Frame): void {
    this.attempt = 0;
    this.isLost = false;
    this.greetedBy = socket;
    if (this.cursor === null) {
      this.cursor = later(null, hello.cursor);
      this.options.onStatus('live');
      this.options.onReset();
    } else {
      this.options.onStatus('catching-up');
      void this.catchUp(socket);
    }
  }

  private async catchUp(socket: Socket): Promise<void> {
    if (this.catchingUp === socket || this.cursor === null) return;
    this.catchingUp = socket;
    try {
      for (let hasMore = true; hasMore && this.socket === socket; ) {
        const page = await this.options.sync(this.cursor);
        if (this.socket !== socket) return;
        if (page.events.length > 0) this.options.onFrames(page.events);
        this.cursor = later(this.cursor, page.next_cursor) ?? this.cursor;
        hasMore = page.has_more;
      }
      this.catchingUp = null;
      this.cursor = later(this.cursor, this.newest);
      if (this.socket === socket && !this.isLost) this.options.onStatus('live');
    } catch {
      if (this.socket !== socket) return;
      // The socket is of no use while the gap stays open: connecting again asks from the same cursor.
      this.disconnected(0);
      socket.close();
    }
  }

  private advance(frames: Frame[]): void {
    for (const frame of frames) this.newest = later(this.newest, frame.cursor);
    if (!this.catchingUp && this.cursor !== null) this.cursor = later(this.cursor, this.newest);
  }

  private disconnected(code: number): void {
    this.socket = null;
    this.newest = null;
    this.catchingUp = null;
    if (this.isStopped) return;
    if (code === BAD_TOKEN) {
      this.options.onStatus('offline');
      this.options.onSignedOut();
      return;
    }
    this.isLost ||= this.attempt > 0;
    this.options.onStatus(this.isLost ? 'offline' : 'connecting');
    this.cancelRetry = this.options.schedule(() => this.connect(), reconnectDelayMs(this.attempt++));
  }
}
