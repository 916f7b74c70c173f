import { Controller, Module } from '@nestjs/common';
import { ListDeliveries, PeerAdminModule, type Actor } from '@scaiwave/core';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import * as routes from './delivery.schema.js';

/** Delivery truth: what became of an event at each server, and what has not arrived. */
@Controller()
export class DeliveriesController {
  constructor(private readonly deliveries: ListDeliveries) {}

  @Endpoint(routes.getEventDeliveries)
  async ofEvent(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getEventDeliveries>) {
    const rows = await this.deliveries.ofEvent({ actor, roomId: params.room_id, eventId: params.event_id });
    return { data: rows.map(({ server_name, state, code, updated_at }) => ({ server_name, state, code, updated_at: updated_at?.toISOString() ?? null })) };
  }

  @Endpoint(routes.listDeliveries)
  async list(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listDeliveries>) {
    const { state, peer, limit, offset } = query;
    const rows = await this.deliveries.open({ actor, filter: { state: state ?? null, peer: peer ?? null, limit: limit + 1, offset } });
    return { data: rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() })), meta: { has_more: rows.length > limit } };
  }
}

@Module({ imports: [PeerAdminModule], controllers: [DeliveriesController] })
export class DeliveriesHttpModule {}
