import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { EventStore } from '../../events/event.store.js';
import { MemberStore } from '../../members/index.js';
import type { Actor } from '../../participants/index.js';
import { DeliveryLedgerStore, type EventDelivery, type LedgerFilter, type OpenDelivery } from './delivery-ledger.store.js';

/** Delivery truth: for members per event, for admins all that has not ended as stored. */
@Injectable()
export class ListDeliveries {
  constructor(
    private readonly db: Database,
    private readonly ledger: DeliveryLedgerStore,
    private readonly events: EventStore,
    private readonly members: MemberStore,
  ) {}

  /** @throws DomainError `SW_ROOM_NOT_FOUND` for strangers, `SW_EVENT_NOT_FOUND` */
  ofEvent(input: { actor: Actor; roomId: string; eventId: string }): Promise<EventDelivery[]> {
    const { actor, roomId, eventId } = input;
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const member = await this.members.findMember(db, roomId, actor.fqid);
      if (member?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      const event = await this.events.findEvent(db, roomId, eventId);
      if (!event) throw new DomainError('SW_EVENT_NOT_FOUND');
      return this.ledger.listOfEvent(db, event);
    });
  }

  open(input: { actor: Actor; filter: LedgerFilter }): Promise<OpenDelivery[]> {
    return this.db.readTenant(input.actor.tenant.id, (db) => this.ledger.listOpen(db, input.filter));
  }
}
