import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { EventStore } from '../../events/event.store.js';
import { MemberStore } from '../../members/index.js';
import type { Actor } from '../../participants/index.js';
import { DeliveryLedgerStore, type EventDelivery, type EventTrouble, type LedgerFilter, type OpenDelivery, type RoomDelivery } from './delivery-ledger.store.js';

const MAX_TROUBLE = 200;

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

  /** How far the room is at each server, and what of the actor's own did not arrive. @throws DomainError `SW_ROOM_NOT_FOUND` for strangers */
  ofRoom(input: { actor: Actor; roomId: string }): Promise<{ servers: RoomDelivery[]; trouble: EventTrouble[] }> {
    const { actor, roomId } = input;
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const member = await this.members.findMember(db, roomId, actor.fqid);
      if (member?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      return { servers: await this.ledger.listOfRoom(db, roomId), trouble: await this.ledger.listTrouble(db, { roomId, sender: actor.fqid, limit: MAX_TROUBLE }) };
    });
  }

  open(input: { actor: Actor; filter: LedgerFilter }): Promise<OpenDelivery[]> {
    return this.db.readTenant(input.actor.tenant.id, (db) => this.ledger.listOpen(db, input.filter));
  }
}
