import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Notify } from '../notifications/index.js';
import { ParticipantStore } from '../participants/index.js';
import type { LockedRoom } from '../rooms/room-row.js';
import { EventStore } from './event.store.js';
import { RoomEffects } from './room-effects.js';

/** The room's host refused events of ours for good: they stay, marked failed, and their senders are told why. */
@Injectable()
export class RefuseOwnEvents {
  constructor(
    private readonly events: EventStore,
    private readonly effects: RoomEffects,
    private readonly participants: ParticipantStore,
    private readonly notify: Notify,
  ) {}

  async run(tx: Tx, room: LockedRoom, refusals: ReadonlyArray<{ id: string; code: string }>): Promise<void> {
    for (const event of await this.events.markFailed(tx, room.row.id, refusals)) {
      await this.effects.undo(tx, room, event);
      const sender = event.sender === null ? null : await this.participants.findByFqid(tx, event.sender);
      if (!sender) continue;
      const data = { event_id: event.id, room_id: event.room_id, code: event.failure_code, by: room.row.host };
      await this.notify.run(tx, { participantId: sender.id, kind: 'delivery_failed', data });
    }
    this.effects.notifyClients(tx, room);
  }
}
