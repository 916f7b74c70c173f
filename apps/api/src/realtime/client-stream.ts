import { compareCursors, formatCursor, type Actor, type StreamCursor } from '@scaiwave/core';
import type { WebSocket } from 'ws';
import { frameFor, textOf, type Frame } from './frame.presenter.js';
import type { ReadFrames } from './read-frames.js';

const PAGE = 200;
/** A socket that has this much unsent is too slow: it is closed and comes back with its cursor. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/**
 * One socket: backfill → cutover → live, without a gap.
 *
 *   since ──pages of its own──→ reaches the tenant's cursor ──→ live: takes what is fanned out
 */
export class ClientStream {
  #isLive = false;

  constructor(
    readonly actor: Actor,
    private readonly socket: WebSocket,
    private cursor: StreamCursor,
  ) {}

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** Reads pages until nothing is left that the tenant's live reader has already given out; what the network does not take yet is waited for. */
  async catchUp(frames: ReadFrames, tenantCursor: () => StreamCursor): Promise<void> {
    const reader = { fqid: this.actor.fqid, participantId: this.actor.participantId };
    while (this.isOpen) {
      const page = await frames.page(this.actor.tenant.id, { after: this.cursor, limit: PAGE, reader });
      for (const { frame } of page.frames) await this.#hand(textOf(frameFor(frame, this.actor.participantId)));
      this.cursor = page.next;
      // No await between this look and going live: what is fanned out from now on reaches this socket.
      if (!page.hasMore && compareCursors(this.cursor, tenantCursor()) >= 0) break;
    }
    this.#isLive = true;
  }

  /** A frame of the tenant's stream that this person may see. */
  take(frame: Frame, at: StreamCursor): void {
    if (!this.#isLive || compareCursors(at, this.cursor) <= 0) return;
    this.cursor = at;
    this.#send(textOf(frameFor(frame, this.actor.participantId)));
  }

  /** Typing and presence: now or never. */
  takeEphemeral(frame: Frame): void {
    if (this.#isLive) this.#send(textOf(frame));
  }

  hello(frame: Frame): void {
    this.#send(JSON.stringify({ ...frame, cursor: formatCursor(this.cursor) }));
  }

  // A long history must not make a socket look slow that is not. One that never takes it is closed for not answering pings.
  async #hand(text: string): Promise<void> {
    if (!this.isOpen) return;
    await new Promise<void>((resolve) => this.socket.send(text, () => resolve()));
  }

  #send(text: string): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > MAX_BUFFERED_BYTES) return this.socket.close(4003, 'too_slow');
    this.socket.send(text);
  }
}
