import { Controller, Module } from '@nestjs/common';
import { Explain, ListDeliveries, PeerAdminModule, Redeliver, type Actor, type Explanation, type RoomDelivery } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import * as routes from './delivery.schema.js';

/** Delivery truth: what became of an event at each server, and what has not arrived. */
@Controller()
export class DeliveriesController {
  constructor(
    private readonly deliveries: ListDeliveries,
    private readonly again: Redeliver,
    private readonly explanations: Explain,
  ) {}

  @Endpoint(routes.getEventDeliveries)
  async ofEvent(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getEventDeliveries>) {
    const rows = await this.deliveries.ofEvent({ actor, roomId: params.room_id, eventId: params.event_id });
    return { data: rows.map(({ server_name, state, code, updated_at }) => ({ server_name, state, code, updated_at: updated_at?.toISOString() ?? null })) };
  }

  @Endpoint(routes.getRoomDeliveries)
  async ofRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getRoomDeliveries>) {
    const { servers, trouble } = await this.deliveries.ofRoom({ actor, roomId: params.room_id });
    const stored = ({ kind, start_seq, acked_seq, end_seq }: RoomDelivery) => (kind === 'host' ? { from: start_seq, up_to: acked_seq, until: end_seq } : null);
    return { data: { servers: servers.map((row) => ({ server_name: row.server_name, is_waiting: row.is_waiting, stored: stored(row) })), trouble } };
  }

  @Endpoint(routes.listDeliveries)
  async list(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listDeliveries>) {
    const { state, peer, room, from, to, limit, offset } = query;
    const filter = { state: state ?? null, peer: peer ?? null, room: room ?? null, from: from === undefined ? null : new Date(from), to: to === undefined ? null : new Date(to), limit: limit + 1, offset };
    const rows = await this.deliveries.open({ actor, filter });
    return { data: rows.slice(0, limit).map((row) => ({ ...row, at: row.at.toISOString() })), meta: { has_more: rows.length > limit } };
  }

  @Endpoint(routes.redeliver)
  async redeliver(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.redeliver>) {
    const { event_id: eventId, event_ids: listed = [], room_id: roomId, peer, from, to } = body;
    const named = eventId === undefined ? listed : [eventId, ...listed];
    return { data: await this.again.run({ actor, selection: { eventIds: named.length > 0 ? named : undefined, roomId, peer, from: from === undefined ? undefined : new Date(from), to: to === undefined ? undefined : new Date(to) } }) };
  }

  @Endpoint(routes.explain)
  async explain(@CurrentActor() { tenant }: Actor, @Input() { query }: InputOf<typeof routes.explain>) {
    const { event_id: eventId, invite_id: inviteId, peer } = query;
    if ((eventId === undefined) === (inviteId === undefined)) throw new DomainError('SW_REQUEST_INVALID', { field: 'event_id', reason: 'name an event or an invitation, one of them' });
    if (inviteId !== undefined) return present({ peer: null, ...(await this.explanations.invitation({ tenant, inviteId })) });
    return present(await this.explanations.delivery({ tenant, eventId: eventId!, peer }));
  }
}

function present({ verdict, peer, because, next, facts }: Explanation & { peer: string | null }) {
  return { data: { verdict, peer, because, next, facts: facts.map(({ what, value, at }) => ({ what, value, at: at?.toISOString() ?? null })) } };
}

@Module({ imports: [PeerAdminModule], controllers: [DeliveriesController] })
export class DeliveriesHttpModule {}
