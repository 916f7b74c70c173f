import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import type { EventRow } from '../events/event-row.js';
import type { NotificationRow } from '../notifications/index.js';
import { compareCursors, type StreamCursor } from './stream-cursor.js';
import { StreamStore, type StreamQuery } from './stream.store.js';

export type StreamEntry = { cursor: StreamCursor } & ({ kind: 'event'; event: EventRow } | { kind: 'notification'; notification: NotificationRow });

export interface StreamPage {
  entries: StreamEntry[];
  /** everything up to here has been read */
  next: StreamCursor;
  hasMore: boolean;
  /** more is committed, and can be read as soon as an older transaction has ended */
  isHeldUp: boolean;
  /** the cursor is of a time that this database has not reached: another one gave it */
  isAhead: boolean;
}

/** What has happened in a tenant since a cursor, in an order in which nothing can appear behind a reader's back. */
@Injectable()
export class ReadStream {
  constructor(private readonly store: StreamStore) {}

  /** All of it is read in one snapshot: `db` must be one read transaction. */
  async run(db: Db, page: StreamQuery): Promise<StreamPage> {
    const ask = { ...page, limit: page.limit + 1 };
    const [head, events, notifications, hasUnsettled] = await Promise.all([
      this.store.findHead(db),
      this.store.listEvents(db, ask),
      this.store.listNotifications(db, ask),
      this.store.hasUnsettled(db),
    ]);
    const all: StreamEntry[] = [
      ...events.map((event) => ({ kind: 'event' as const, event, cursor: { xid: event.xid, position: event.stream_position } })),
      ...notifications.map((notification) => ({ kind: 'notification' as const, notification, cursor: { xid: notification.xid, position: notification.stream_position } })),
    ];
    all.sort((a, b) => compareCursors(a.cursor, b.cursor));
    const entries = all.slice(0, page.limit);
    const hasMore = all.length > page.limit;
    const last = entries.at(-1)?.cursor ?? page.after;
    return { entries, hasMore, next: hasMore ? last : later(head, page.after), isHeldUp: !hasMore && hasUnsettled, isAhead: compareCursors(page.after, head) > 0 };
  }
}

function later(a: StreamCursor, b: StreamCursor): StreamCursor {
  return compareCursors(a, b) >= 0 ? a : b;
}
