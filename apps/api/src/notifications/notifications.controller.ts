import { Controller, Module } from '@nestjs/common';
import { EventsModule, NotificationsModule, NotificationStore, SnoozesModule, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { uuidSchema } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { z } from 'zod';
import { CurrentActor } from '../auth/request-context.js';
import { defineEndpoint, Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { MessagesHttpModule } from '../messages/messages.module.js';
import { InboxController } from './inbox.controller.js';
import { notificationSchema, presentNotification } from './notification.presenter.js';
import { SnoozesController } from './snoozes.controller.js';

const list = defineEndpoint({
  method: 'GET', path: '/v1/notifications', summary: 'Invitations, mentions, failed deliveries: newest first', tag: 'notifications', response: z.array(notificationSchema),
  query: z.strictObject({ unread_only: z.enum(['true', 'false']).default('false'), limit: z.coerce.number().int().min(1).max(200).default(50), offset: z.coerce.number().int().min(0).max(100_000).default(0) }),
});
const markRead = defineEndpoint({ method: 'POST', path: '/v1/notifications/read', summary: 'Marks the named notifications read, or all', tag: 'notifications', status: 204, body: z.strictObject({ ids: z.array(uuidSchema).max(1_000).optional() }) });

@Controller()
export class NotificationsController {
  constructor(
    private readonly db: Database,
    private readonly store: NotificationStore,
    private readonly clock: Clock,
  ) {}

  @Endpoint(list)
  async list(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof list>) {
    const { limit, offset } = query;
    const found = await this.db.readTenant(actor.tenant.id, (db) => this.store.list(db, actor.participantId, { unreadOnly: query.unread_only === 'true', limit, offset }));
    return { data: found.rows.map(presentNotification), meta: { total: found.total, unread: found.unread } };
  }

  @Endpoint(markRead)
  async markRead(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof markRead>) {
    await this.db.forTenant(actor.tenant.id, (tx) => this.store.markRead(tx, { participantId: actor.participantId, ...(body.ids ? { ids: body.ids } : {}), at: this.clock.date() }));
  }
}

@Module({ imports: [NotificationsModule, EventsModule, MessagesHttpModule, SnoozesModule], controllers: [NotificationsController, InboxController, SnoozesController] })
export class NotificationsHttpModule {}
