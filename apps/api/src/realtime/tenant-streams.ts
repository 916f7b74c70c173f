import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { MemberStore, type StreamCursor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { RoomChannel, type RoomMessage, type Unsubscribe } from '@scaiwave/redis';
import { Logger } from '@scaiwave/telemetry';
import type { ClientStream } from './client-stream.js';
import { ReadFrames } from './read-frames.js';

interface TenantStream {
  cursor: StreamCursor;
  clients: Set<ClientStream>;
  stop: Unsubscribe;
  /** a read is under way; `isStale`: something came meanwhile */
  isReading: boolean;
  isStale: boolean;
}

const PAGE = 500;
/** Hints may be lost with Redis: what they would have told is found by looking. */
const LOOK_EVERY_MS = 2_000;

/** Reads each tenant's stream once for all sockets of this process, when Redis hints at something new. */
@Injectable()
export class TenantStreams implements OnModuleDestroy {
  readonly #tenants = new Map<string, Promise<TenantStream>>();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly frames: ReadFrames,
    private readonly channel: RoomChannel,
    private readonly db: Database,
    private readonly members: MemberStore,
    private readonly logger: Logger,
  ) {
    this.#timer = setInterval(() => this.#lookEverywhere(), LOOK_EVERY_MS).unref();
  }

  async join(client: ClientStream): Promise<void> {
    const tenantId = client.actor.tenant.id;
    const stream = await this.#open(tenantId);
    stream.clients.add(client);
    await client.catchUp(this.frames, () => stream.cursor);
  }

  async leave(client: ClientStream): Promise<void> {
    const tenantId = client.actor.tenant.id;
    const stream = await this.#tenants.get(tenantId);
    stream?.clients.delete(client);
    if (!stream || stream.clients.size > 0) return;
    this.#tenants.delete(tenantId);
    await stream.stop();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  #open(tenantId: string): Promise<TenantStream> {
    const known = this.#tenants.get(tenantId);
    if (known) return known;
    const opening = this.#start(tenantId);
    this.#tenants.set(tenantId, opening);
    opening.catch(() => this.#tenants.delete(tenantId));
    return opening;
  }

  async #start(tenantId: string): Promise<TenantStream> {
    const stream: TenantStream = { cursor: await this.frames.head(tenantId), clients: new Set(), isReading: false, isStale: false, stop: async () => {} };
    stream.stop = await this.channel.subscribe(tenantId, (message) => this.#take(tenantId, stream, message));
    return stream;
  }

  #take(tenantId: string, stream: TenantStream, message: RoomMessage): void {
    if (message.kind === 'stream' || message.kind === 'resync') this.#wake(tenantId, stream);
    else this.#fanOutEphemeral(tenantId, stream, message).catch((err: unknown) => this.logger.warn({ err, tenantId }, 'A typing or presence hint was dropped.'));
  }

  #lookEverywhere(): void {
    for (const [tenantId, opening] of this.#tenants) opening.then((stream) => this.#wake(tenantId, stream), () => undefined);
  }

  #wake(tenantId: string, stream: TenantStream): void {
    stream.isStale = true;
    if (stream.isReading) return;
    stream.isReading = true;
    this.#readOn(tenantId, stream)
      .catch((err: unknown) => this.logger.warn({ err, tenantId }, 'The stream could not be read; it is tried again shortly.'))
      .finally(() => (stream.isReading = false));
  }

  async #readOn(tenantId: string, stream: TenantStream): Promise<void> {
    while (stream.isStale) {
      stream.isStale = false;
      const page = await this.frames.pageForAll(tenantId, { after: stream.cursor, limit: PAGE });
      for (const { frame, entry } of page.frames) {
        for (const client of stream.clients) {
          const { actor } = client;
          const isFor = entry.kind === 'notification' ? entry.notification.participant_id === actor.participantId : page.listeners.get(entry.event.room_id)?.has(actor.fqid) || frame.participant_id === actor.participantId;
          if (isFor) client.take(frame, entry.cursor);
        }
      }
      stream.cursor = page.next;
      stream.isStale ||= page.hasMore;
    }
  }

  async #fanOutEphemeral(tenantId: string, stream: TenantStream, { kind, roomId, participantId, ...rest }: RoomMessage): Promise<void> {
    if (kind === 'typing' && roomId !== undefined) {
      const joined = await this.db.readTenant(tenantId, (db) => this.members.listMembers(db, roomId));
      const fqids = new Set(joined.filter((member) => member.membership === 'join').map((member) => member.fqid));
      for (const client of stream.clients) if (fqids.has(client.actor.fqid) && client.actor.participantId !== participantId) client.takeEphemeral({ type: 'typing', room_id: roomId, participant_id: participantId, typing: rest.typing });
    }
    if (kind === 'presence') for (const client of stream.clients) client.takeEphemeral({ type: 'presence', participant_id: participantId, status: rest.status });
  }
}
