import { Controller } from '@nestjs/common';
import { MOST_SNOOZES, Snoozes, type Actor, type Snoozed } from '@scaiwave/core';
import { Database, type Db } from '@scaiwave/database';
import { eventIdSchema, uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { CurrentActor } from '../auth/request-context.js';
import { defineEndpoint, Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { EventPresenter } from '../messages/event.presenter.js';
import { eventSchema } from '../messages/message.schema.js';

const tag = 'notifications';
const snoozeSchema = z.object({ task_id: z.string(), room_id: z.string(), event_id: z.string(), until: z.iso.datetime(), created_at: z.iso.datetime(), event: eventSchema }).meta({ id: 'Snooze' });

const add = defineEndpoint({
  method: 'POST', path: '/v1/messages/:event_id/snooze', summary: 'Reminds me of this message at a time, at most a year from now; again moves it', tag, status: 201,
  params: z.strictObject({ event_id: eventIdSchema }), body: z.strictObject({ until: z.iso.datetime() }), response: snoozeSchema,
});
const list = defineEndpoint({ method: 'GET', path: '/v1/me/snoozes', summary: `Of what I will be reminded, soonest first, at most ${MOST_SNOOZES}`, tag, response: z.array(snoozeSchema) });
const remove = defineEndpoint({ method: 'DELETE', path: '/v1/me/snoozes/:task_id', summary: 'Does not remind me of it after all', tag, status: 204, params: z.strictObject({ task_id: uuidSchema }) });

@Controller()
export class SnoozesController {
  constructor(
    private readonly db: Database,
    private readonly snoozes: Snoozes,
    private readonly presenter: EventPresenter,
  ) {}

  @Endpoint(add)
  async add(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof add>) {
    const snoozed = await this.snoozes.add(actor, { eventId: params.event_id, until: new Date(body.until) });
    return this.db.readTenant(actor.tenant.id, async (db) => ({ data: (await this.#present(db, actor, [snoozed]))[0] }));
  }

  @Endpoint(list)
  list(@CurrentActor() actor: Actor) {
    return this.db.readTenant(actor.tenant.id, async (db) => ({ data: await this.#present(db, actor, await this.snoozes.list(db, actor)) }));
  }

  @Endpoint(remove)
  remove(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof remove>) {
    return this.snoozes.remove(actor, params.task_id);
  }

  async #present(db: Db, viewer: Actor, snoozed: readonly Snoozed[]): Promise<Array<z.infer<typeof snoozeSchema>>> {
    const events = await this.presenter.presentEvents(db, { viewer, rows: snoozed.map(({ event }) => event) });
    return snoozed.map(({ snooze }, place) => ({
      task_id: snooze.id, room_id: snooze.room_id, event_id: snooze.event_id, until: snooze.until.toISOString(), created_at: snooze.created_at.toISOString(), event: events[place]!,
    }));
  }
}
