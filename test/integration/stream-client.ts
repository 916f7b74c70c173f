import { once } from 'node:events';
import { until } from '@scaiwave/testing';
import { WebSocket } from 'ws';

export interface StreamFrame {
  type: string;
  cursor?: string;
  content?: { body?: string };
  [field: string]: any;
}

/** A client of `/v1/stream` that keeps every frame. */
export class StreamClient {
  readonly frames: StreamFrame[] = [];
  closeCode: number | null = null;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as StreamFrame));
    socket.on('close', (code) => (this.closeCode = code));
    socket.on('error', () => undefined);
  }

  static open(address: string, options: { host: string; query?: Record<string, string>; headers?: Record<string, string> }): StreamClient {
    const url = new URL('/v1/stream', address.replace('http:', 'ws:'));
    for (const [name, value] of Object.entries(options.query ?? {})) url.searchParams.set(name, value);
    return new StreamClient(new WebSocket(url, { headers: { host: options.host, ...options.headers } }));
  }

  get hello(): StreamFrame | undefined {
    return this.frames.find((frame) => frame.type === 'hello');
  }

  /** What was said in one room. A stream may begin a little before the connection: an older transaction was still running. */
  bodies(roomId: string): string[] {
    return this.frames.filter((frame) => frame.type === 'swp.room.message' && frame.room_id === roomId).map((frame) => frame.content?.body ?? '');
  }

  async greeted(): Promise<this> {
    await until('the stream says hello', () => this.hello !== undefined || this.closeCode !== null);
    return this;
  }

  async has(what: string, isTrue: () => boolean): Promise<void> {
    await until(what, isTrue, 10_000);
  }

  async closed(): Promise<number> {
    await until('the stream is closed', () => this.closeCode !== null, 10_000);
    return this.closeCode!;
  }

  async close(): Promise<void> {
    if (this.closeCode !== null) return;
    const gone = once(this.socket, 'close');
    this.socket.close();
    await gone;
  }
}
