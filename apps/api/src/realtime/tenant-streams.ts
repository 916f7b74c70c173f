import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { compareCursors, MemberStore, type StreamCursor, type StreamEntry } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { RoomChannel, type RoomMessage, type Unsubscribe } from '@scaiwave/redis';
import { Logger } from '@scaiwave/telemetry';
import type { ClientStream } from './client-stream.js';
import type { Frame } from './frame.presenter.js';
import { ReadFrames, type Listeners } from './read-frames.js';

interface TenantStream {
  cursor: StreamCursor;
  clients: Set<ClientStream>;
  stop: Unsubscribe;
  /** a read is under way; `isStale`: something came meanwhile */
  isReading: boolean;
  isStale: boolean;
  /** how long it waits before it looks again at what is held up */
  heldUpMs: number;
}

const PAGE = 500;
/** Hints may be lost with Redis: what they would have told is found by looking. */
const LOOK_EVERY_MS = 2_000;
/** Nobody says when an older transaction ends that holds up what is committed already: look again, first soon, then less often. */
const HELD_UP_MS = { first: 5, most: 250 };

/** Reads each tenant's stream once for all sockets of this process, when Redis hints at something new. */
@Injectable()
export class TenantStreams implements OnModuleDestroy {
  readonly #tenants = new Map<string, { opening: Promise<TenantStream>; users: number }>();
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

  /** Where a client's stream begins. A cursor that this database has not given, or not yet reached, begins at the end. */
  async beginAt(tenantId: string, since: StreamCursor | null): Promise<StreamCursor> {
    const head = await this.frames.head(tenantId);
    return since && compareCursors(since, head) < 0 ? since : head;
  }

  /** Call `leave` as often as this, whatever becomes of it. */
  async join(client: ClientStream): Promise<void> {
    const stream = await this.#use(client.actor.tenant.id);
    if (!client.isOpen) return;
    stream.clients.add(client);
    await client.catchUp(this.frames, () => stream.cursor);
  }

  async leave(client: ClientStream): Promise<void> {
    const tenantId = client.actor.tenant.id;
    const known = this.#tenants.get(tenantId);
    if (!known) return;
    known.users -= 1;
    if (known.users === 0) this.#tenants.delete(tenantId);
    const stream = await known.opening;
    stream.clients.delete(client);
    if (known.users === 0) await stream.stop();
  }

  onModuleDestroy(): void {
    clearInterval(this.#timer);
  }

  #use(tenantId: string): Promise<TenantStream> {
    const known = this.#tenants.get(tenantId) ?? { opening: this.#start(tenantId), users: 0 };
    known.users += 1;
    this.#tenants.set(tenantId, known);
    known.opening.catch(() => this.#tenants.get(tenantId) === known && this.#tenants.delete(tenantId));
    return known.opening;
  }

  /** Listens before it looks, so that nothing falls between the two. */
  async #start(tenantId: string): Promise<TenantStream> {
    const stream: TenantStream = { cursor: { xid: '0', position: 0 }, clients: new Set(), isReading: true, isStale: false, heldUpMs: HELD_UP_MS.first, stop: async () => {} };
    stream.stop = await this.channel.subscribe(tenantId, (message) => this.#take(tenantId, stream, message));
    stream.cursor = await this.frames.head(tenantId);
    stream.isReading = false;
    this.#wake(tenantId, stream);
    return stream;
  }

  #take(tenantId: string, stream: TenantStream, message: RoomMessage): void {
    if (message.kind === 'stream' || message.kind === 'resync') this.#wake(tenantId, stream);
    else this.#fanOutEphemeral(tenantId, stream, message).catch((err: unknown) => this.logger.warn({ err, tenantId }, 'A typing or presence hint was dropped.'));
  }

  #lookEverywhere(): void {
    for (const [tenantId, { opening }] of this.#tenants) opening.then((stream) => this.#wake(tenantId, stream), () => undefined);
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
        for (const client of stream.clients) if (isFor(client, { frame, entry, listeners: page.listeners })) client.take(frame, entry.cursor);
      }
      stream.cursor = page.next;
      stream.isStale ||= page.hasMore;
      if (page.isHeldUp) setTimeout(() => this.#wake(tenantId, stream), stream.heldUpMs).unref();
      stream.heldUpMs = page.isHeldUp ? Math.min(HELD_UP_MS.most, 2 * stream.heldUpMs) : HELD_UP_MS.first;
    }
  }

  async #fanOutEphemeral(tenantId: string, stream: TenantStream, { kind, roomId, participantId, ...rest }: RoomMessage): Promise<void> {
    if (kind === 'typing' && roomId !== undefined) {
      const joined = await this.db.readTenant(tenantId, (db) => this.members.listMembers(db, roomId));
      const fqids = new Set(joined.filter((member) => member.membership === 'join').map((member) => member.fqid));
      const frame = { type: 'typing', room_id: roomId, participant_id: participantId, typing: rest.typing };
      for (const client of stream.clients) if (fqids.has(client.actor.fqid) && client.actor.participantId !== participantId) client.takeEphemeral(frame);
    }
    if (kind === 'presence') {
      const frame = { type: 'presence', participant_id: participantId, status: rest.status };
      // Of people of other servers only those hear who share a room with them.
      const seenBy = Array.isArray(rest.seenBy) ? new Set<unknown>(rest.seenBy) : null;
      for (const client of stream.clients) if (seenBy === null || seenBy.has(client.actor.fqid)) client.takeEphemeral(frame);
    }
  }
}

/** Notifications are personal; events are for the room's people, and a membership for the person that it is about, too. */
function isFor({ actor }: ClientStream, { frame, entry, listeners }: { frame: Frame; entry: StreamEntry; listeners: Listeners }): boolean {
  if (entry.kind === 'notification') return entry.notification.participant_id === actor.participantId;
  if (entry.event.type === 'swp.room.member' && frame.participant_id === actor.participantId) return true;
  const since = listeners.get(entry.event.room_id)?.get(actor.fqid);
  return since !== undefined && (since === null || entry.event.created_at >= since);
}
