import { Controller, Module } from '@nestjs/common';
import { EventsModule, formatCursor, parseCursor, StreamModule, type Actor } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { RoomChannel } from '@scaiwave/redis';
import { z } from 'zod';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentActor } from '../auth/request-context.js';
import { defineEndpoint, Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { MessagesHttpModule } from '../messages/messages.module.js';
import { frameFor } from './frame.presenter.js';
import { ReadFrames, type FramePage } from './read-frames.js';
import { StreamAuth, StreamGateway } from './stream.gateway.js';
import { TenantStreams } from './tenant-streams.js';

const sync = defineEndpoint({
  method: 'GET', path: '/v1/sync', summary: 'What has happened since a cursor; waits up to `timeout` ms for the first of it', tag: 'stream',
  query: z.strictObject({ since: z.string().max(40).default('0'), limit: z.coerce.number().int().min(1).max(500).default(100), timeout: z.coerce.number().int().min(0).max(60_000).default(0) }),
  response: z.object({ events: z.array(z.looseObject({ type: z.string() })), next_cursor: z.string(), has_more: z.boolean() }),
});

@Controller()
export class SyncController {
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
    return { data: { events: page.frames.map(({ frame }) => frameFor(frame, actor.participantId)), next_cursor: formatCursor(page.next), has_more: page.hasMore } };
  }

  /** Listens before it looks, so that nothing falls between the two. */
  async #orWait(actor: Actor, { read, timeoutMs }: { read: () => Promise<FramePage>; timeoutMs: number }): Promise<FramePage> {
    if (timeoutMs === 0) return read();
    const end = performance.now() + timeoutMs;
    let wake = () => {};
    const stop = await this.channel.subscribe(actor.tenant.id, () => wake());
    try {
      for (;;) {
        const hint = new Promise<void>((resolve) => (wake = resolve));
        const page = await read();
        const left = end - performance.now();
        if (page.frames.length > 0 || left <= 0) return page;
        const timer = new Promise<void>((resolve) => setTimeout(resolve, Math.min(left, 2_000)).unref());
        await Promise.race([hint, timer]);
      }
    } finally {
      await stop();
    }
  }
}

@Module({
  imports: [StreamModule, EventsModule, MessagesHttpModule, AuthModule],
  controllers: [SyncController],
  providers: [ReadFrames, TenantStreams, StreamGateway, StreamAuth],
  exports: [StreamGateway],
})
export class RealtimeModule {}
