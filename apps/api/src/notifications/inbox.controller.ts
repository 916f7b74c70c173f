import { Controller } from '@nestjs/common';
import { EventStore, MemberStore, NotificationStore, type Actor, type EventRow, type NotificationRow } from '@scaiwave/core';
import { Database, type Db } from '@scaiwave/database';
import { z } from 'zod';
import { CurrentActor } from '../auth/request-context.js';
import { defineEndpoint, Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { EventPresenter } from '../messages/event.presenter.js';
import { eventSchema } from '../messages/message.schema.js';

/** What else is known of this list, priority tags and calls of an AI, is nothing that this service has. */
const REASONS = ['direct_mention', 'keyword_alert', 'question'] as const;

/** A mark that ends a word, so that the one in an address asks nothing. */
const QUESTION = /[?？؟](?=[\s)\]"'”’»*_~!?？؟.]|$)/u;

const priority = defineEndpoint({
  method: 'GET', path: '/v1/inbox/priority', summary: 'Unread messages that ask for me, newest first, and why', tag: 'notifications',
  query: z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
  response: z.array(z.object({
    notification_id: z.string(), room_id: z.string(), event_id: z.string(), reason: z.enum(REASONS), keyword: z.string().nullable(), created_at: z.iso.datetime(), event: eventSchema,
  })),
});

@Controller()
export class InboxController {
  constructor(
    private readonly db: Database,
    private readonly notifications: NotificationStore,
    private readonly members: MemberStore,
    private readonly events: EventStore,
    private readonly presenter: EventPresenter,
  ) {}

  @Endpoint(priority)
  priority(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof priority>) {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const rooms = new Map((await this.members.listReadable(db, { fqid: actor.fqid, own: actor.tenant.serverName })).map(({ id, since }) => [id as string, since]));
      const asking = await this.notifications.listPriority(db, actor.participantId, { roomIds: [...rooms.keys()], limit: query.limit });
      const rows = (await this.#eventsOf(db, asking)).filter((row) => row.hidden === null && row.redacted_by === null && row.created_at >= (rooms.get(row.room_id) ?? row.created_at));
      const events = new Map((await this.presenter.presentEvents(db, { viewer: actor, rows })).map((event) => [event.id, event]));
      const data = asking.flatMap(({ id, kind, data: { room_id: roomId, event_id: eventId, keyword }, created_at: at }) => {
        const event = events.get(String(eventId));
        const reason = reasonOf(kind, event?.content);
        return event ? [{ notification_id: id, room_id: String(roomId), event_id: String(eventId), reason, keyword: typeof keyword === 'string' ? keyword : null, created_at: at.toISOString(), event }] : [];
      });
      return { data };
    });
  }

  async #eventsOf(db: Db, asking: readonly NotificationRow[]): Promise<EventRow[]> {
    const byRoom = Map.groupBy(asking, ({ data }) => String(data.room_id));
    return (await Promise.all([...byRoom].map(([roomId, of]) => this.events.findEvents(db, roomId, of.map(({ data }) => String(data.event_id)))))).flat();
  }
}

/** A mention that asks is a question to that person. */
function reasonOf(kind: NotificationRow['kind'], content: Record<string, unknown> | null | undefined): (typeof REASONS)[number] {
  if (kind !== 'mention') return 'keyword_alert';
  return typeof content?.body === 'string' && QUESTION.test(content.body) ? 'question' : 'direct_mention';
}
