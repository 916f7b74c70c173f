import { Controller, Res } from '@nestjs/common';
import { EditMessage, PostMessage, ReactToMessage, RedactMessage, type Actor } from '@scaiwave/core';
import type { FastifyReply } from 'fastify';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import * as routes from './message.schema.js';
import { ReadMessages } from './read-messages.js';

@Controller()
export class MessagesController {
  constructor(
    private readonly read: ReadMessages,
    private readonly post: PostMessage,
    private readonly edit: EditMessage,
    private readonly redact: RedactMessage,
    private readonly react: ReactToMessage,
  ) {}

  @Endpoint(routes.listMessages)
  listMessages(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.listMessages>) {
    if (query.around !== undefined) return this.read.around(actor, { roomId: params.room_id, eventId: query.around, limit: query.limit });
    return this.read.page(actor, { roomId: params.room_id, limit: query.limit, from: query.from === undefined ? null : Number(query.from), direction: query.direction });
  }

  @Endpoint(routes.sendMessage)
  async sendMessage(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.sendMessage>, @Res({ passthrough: true }) reply: FastifyReply) {
    const { event, isNew } = await this.post.run({ actor, roomId: params.room_id, content: body.content, ...(body.event_uuid ? { eventId: body.event_uuid } : {}) });
    if (isNew) return this.read.posted(actor, event);
    reply.status(200);
    return this.read.one(actor, params.room_id, event.id);
  }

  @Endpoint(routes.editMessage)
  async editMessage(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.editMessage>) {
    await this.edit.run({ actor, roomId: params.room_id, eventId: params.event_id, content: body.content });
    return this.read.one(actor, params.room_id, params.event_id);
  }

  @Endpoint(routes.redactMessage)
  async redactMessage(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.redactMessage>) {
    await this.redact.run({ actor, roomId: params.room_id, eventId: params.event_id, ...(body.reason === undefined ? {} : { reason: body.reason }) });
    return this.read.one(actor, params.room_id, params.event_id);
  }

  @Endpoint(routes.addReaction)
  async addReaction(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.addReaction>) {
    await this.react.run({ actor, roomId: params.room_id, eventId: params.event_id, emoji: body.emoji, isAdded: true });
    return this.read.one(actor, params.room_id, params.event_id);
  }

  @Endpoint(routes.removeReaction)
  async removeReaction(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.removeReaction>) {
    await this.react.run({ actor, roomId: params.room_id, eventId: params.event_id, emoji: body.emoji, isAdded: false });
    return this.read.one(actor, params.room_id, params.event_id);
  }

  @Endpoint(routes.getThread)
  getThread(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getThread>) {
    return this.read.thread(actor, params.room_id, params.event_id);
  }
}
