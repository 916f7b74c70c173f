import { Injectable } from '@nestjs/common';
import { ReadStream, StreamStore, type Reader, type StreamCursor, type StreamEntry, type StreamPage } from '@scaiwave/core';
import { Database, type Db } from '@scaiwave/database';
import { EventPresenter, type EventJson } from '../messages/event.presenter.js';
import { presentFrame, type Frame } from './frame.presenter.js';

export interface FramePage extends Omit<StreamPage, 'entries'> {
  frames: Array<{ frame: Frame; entry: StreamEntry }>;
}

/** Joined people by room; a date where they see only what was said since they came. */
export type Listeners = ReadonlyMap<string, ReadonlyMap<string, Date | null>>;

interface PageQuery {
  after: StreamCursor;
  limit: number;
}

/** Reads the stream as frames: one person's share, or all of a tenant's for everybody who listens in this process. */
@Injectable()
export class ReadFrames {
  constructor(
    private readonly db: Database,
    private readonly stream: ReadStream,
    private readonly store: StreamStore,
    private readonly events: EventPresenter,
  ) {}

  head(tenantId: string): Promise<StreamCursor> {
    return this.db.readTenant(tenantId, (db) => this.store.findHead(db));
  }

  page(tenantId: string, page: PageQuery & { reader: Reader }): Promise<FramePage> {
    return this.db.readTenant(tenantId, async (db) => this.#present(db, await this.stream.run(db, page), page.reader));
  }

  /** The tenant's new frames, with who may see each room. */
  async pageForAll(tenantId: string, page: PageQuery): Promise<FramePage & { listeners: Listeners }> {
    return this.db.readTenant(tenantId, async (db) => {
      const read = await this.stream.run(db, { ...page, reader: null });
      const rooms = new Set(read.entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event.room_id] : [])));
      const [frames, listeners] = await Promise.all([this.#present(db, read, null), rooms.size === 0 ? new Map() : this.store.listListeners(db, [...rooms])]);
      return { ...frames, listeners };
    });
  }

  async #present(db: Db, { entries, ...rest }: StreamPage, reader: Reader): Promise<FramePage> {
    const rows = entries.flatMap((entry) => (entry.kind === 'event' ? [entry.event] : []));
    const viewer = { fqid: (reader?.fqid ?? '') as never };
    const shown = new Map<string, EventJson>((await this.events.presentEvents(db, { viewer, rows })).map((event) => [`${event.room_id}/${event.id}`, event]));
    const frames = entries.flatMap((entry) => {
      const frame = presentFrame(entry, shown, db.tenantId);
      return frame ? [{ frame, entry }] : [];
    });
    return { ...rest, frames };
  }
}
