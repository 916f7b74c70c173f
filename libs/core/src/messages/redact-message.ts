import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { EventStore } from '../events/event.store.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';

/** Removes a message's content everywhere: one's own, or anybody's with power 50. Removing it twice is a no-op. */
@Injectable()
export class RedactMessage {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly events: EventStore,
  ) {}

  /** @throws DomainError `SW_EVENT_NOT_FOUND`, `SW_REDACT_FORBIDDEN` */
  run(input: { actor: Actor; roomId: RoomId; eventId: string; reason?: string }): Promise<EventRow[]> {
    const { actor, roomId, eventId } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx }) => {
        const target = await this.events.findEvent(tx, roomId, eventId);
        if (target?.type !== EVENT_TYPES.message) throw new DomainError('SW_EVENT_NOT_FOUND');
        if (target.redacted_by !== null) return [];
        const content = { event_id: eventId, ...(input.reason ? { reason: input.reason } : {}) };
        return [{ type: EVENT_TYPES.redaction, content, about: { event: target } }];
      },
    });
  }
}
