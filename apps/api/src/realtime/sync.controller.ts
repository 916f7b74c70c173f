import { Controller, Module, type OnModuleDestroy } from '@nestjs/common';
import { EphemeralsModule, EventsModule, formatCursor, parseCursor, StreamModule, type Actor } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { z } from 'zod';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentActor } from '../auth/request-context.js';
import { defineEndpoint, Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { MessagesHttpModule } from '../messages/messages.module.js';
import { Devices } from './devices.js';
import { frameFor } from './frame.presenter.js';
import { ReadFrames, type FramePage } from './read-frames.js';
import { StreamAuth } from './stream-auth.js';
import { StreamGateway } from './stream.gateway.js';
import { TenantStreams } from './tenant-streams.js';

const sync = defineEndpoint({
  method: 'GET', path: '/v1/sync', summary: 'What has happened since a cursor; waits up to `timeout` ms for the first of it', tag: 'stream',
  query: z.strictObject({ since: z.string().max(40).default('0'), limit: z.coerce.number().int().min(1).max(500).default(100), timeout: z.coerce.number().int().min(0).max(60_000).default(0) }),
  response: z.object({ events: z.array(z.looseObject({ type: z.string() })), next_cursor: z.string(), has_more: z.boolean() }),
});

/** Hints may be lost with Redis: what they would have told is found by looking. */
const LOOK_EVERY_MS = 2_000;
const HELD_UP_MS = 5;

@Controller()
export class SyncController implements OnModuleDestroy {
  readonly #waiting = new Set<() => void>();
  #isClosing = false;

  constructor(
    private readonly frames: ReadFrames,
    private readonly channel: RoomChannel,
  ) {}

  @Endpoint(sync)
  async sync(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof sync>) {
    const after = parseCursor(query.since);
    if (!after) throw new DomainError('SW_REQUEST_INVALID', { field: 'since' });
    const reader = { fqid: actor.fqid, participantId: actor.participantId };
    const read = () => this.frames.page(actor.tenant.id, { after, limit: query.limit, reader });
    const page = await this.#orWait(actor, { read, timeoutMs: query.timeout });
    if (page.isAhead) throw new DomainError('SW_REQUEST_INVALID', { field: 'since', reason: 'this cursor is not of this server' });
    return { data: { events: page.frames.map(({ frame }) => frameFor(frame, actor.participantId)), next_cursor: formatCursor(page.next), has_more: page.hasMore } };
  }

  /** Those who wait get what there is, so that the process can end. */
  onModuleDestroy(): void {
    this.#isClosing = true;
    for (const wake of this.#waiting) wake();
  }

  /** Listens before it looks, so that nothing falls between the two. */
  async #orWait(actor: Actor, { read, timeoutMs }: { read: () => Promise<FramePage>; timeoutMs: number }): Promise<FramePage> {
    if (timeoutMs === 0) return read();
    const end = performance.now() + timeoutMs;
    const hint = { wake: () => {} };
    const wake = (): void => hint.wake();
    this.#waiting.add(wake);
    const stop = await this.channel.subscribe(actor.tenant.id, wake);
    try {
      for (;;) {
        const hinted = new Promise<void>((resolve) => (hint.wake = resolve));
        const page = await read();
        const left = end - performance.now();
        if (page.frames.length > 0 || page.isAhead || left <= 0 || this.#isClosing) return page;
        await orAfter(hinted, Math.min(left, page.isHeldUp ? HELD_UP_MS : LOOK_EVERY_MS));
      }
    } finally {
      this.#waiting.delete(wake);
      await stop();
    }
  }
}

async function orAfter(hinted: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([hinted, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

@Module({
  imports: [StreamModule, EphemeralsModule, EventsModule, MessagesHttpModule, AuthModule],
  controllers: [SyncController],
  providers: [ReadFrames, TenantStreams, Devices, StreamGateway, StreamAuth],
  exports: [StreamGateway],
})
export class RealtimeModule {}
