import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { DeliveryQueue, RoomChannel } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import type { Actor } from '../../participants/index.js';
import { RedeliveryStore, type RedeliverySelection } from '../redelivery.store.js';

@Injectable()
export class RedeliverWakes {
  constructor(
    readonly deliveries: DeliveryQueue,
    readonly channel: RoomChannel,
  ) {}
}

/** An admin wants what was given up to be sent again: events, one room, one peer, a time range, or what all of them name together. */
@Injectable()
export class Redeliver {
  constructor(
    private readonly db: Database,
    private readonly store: RedeliveryStore,
    private readonly audit: Audit,
    private readonly wakes: RedeliverWakes,
    private readonly clock: Clock,
  ) {}

  /** @returns how many deliveries were taken up again. @throws DomainError `SW_REQUEST_INVALID` where nothing is named */
  run({ actor, selection }: { actor: Actor; selection: RedeliverySelection }): Promise<{ events: number; control_events: number }> {
    if (Object.values(selection).every((value) => value === undefined)) throw new DomainError('SW_REQUEST_INVALID', { field: 'body', reason: 'name an event, a room, a peer or a time' });
    return this.db.forTenant(actor.tenant.id, async (tx) => {
      const at = this.clock.date();
      const events = await this.store.markRequested(tx, selection, at);
      const control = await this.store.markControlRequeued(tx, selection, at);
      const taken = { events: events.length, control_events: control.length };
      if (taken.events + taken.control_events === 0) return taken;
      await this.store.markPending(tx, events.map(({ room_id: roomId, event_id: eventId }) => ({ roomId, eventId })));
      const peers = new Set([...events, ...control].map((row) => row.server_name));
      if (events.length > 0) await this.store.markPeers(tx, [...new Set(events.map((row) => row.server_name))]);
      await this.audit.write(tx, { actor: actor.fqid, action: 'delivery.redelivered', subject: (selection.eventIds?.length === 1 ? selection.eventIds[0] : undefined) ?? selection.peer ?? selection.roomId ?? (selection.eventIds ? 'selected events' : 'time range'), details: { ...selection, ...taken } });
      tx.afterCommit(() => this.wakes.channel.publish(tx.tenantId, { kind: 'stream' }));
      for (const peer of peers) tx.afterCommit(() => this.wakes.deliveries.wakePeer(tx.tenantId, peer));
      return taken;
    });
  }
}
