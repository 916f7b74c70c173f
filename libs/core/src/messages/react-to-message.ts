import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { EventStore } from '../events/event.store.js';
import { ReactionStore } from '../events/reaction.store.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';

/** Adds or takes back a reaction; (message, person, emoji) is a set, so a repeat is a no-op. */
@Injectable()
export class ReactToMessage {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly events: EventStore,
    private readonly reactions: ReactionStore,
  ) {}

  /** @throws DomainError `SW_EVENT_NOT_FOUND` */
  run(input: { actor: Actor; roomId: RoomId; eventId: string; emoji: string; isAdded: boolean }): Promise<EventRow[]> {
    const { actor, roomId, eventId, emoji, isAdded } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx }) => {
        const target = await this.events.findEvent(tx, roomId, eventId);
        if (target?.type !== EVENT_TYPES.message || target.redacted_by !== null) throw new DomainError('SW_EVENT_NOT_FOUND');
        const isThere = await this.reactions.hasReaction(tx, roomId, { event_id: eventId, sender: actor.fqid, emoji });
        if (isThere === isAdded) return [];
        return [{ type: isAdded ? EVENT_TYPES.reaction : EVENT_TYPES.reactionRemoved, content: { event_id: eventId, emoji }, about: { event: target } }];
      },
    });
  }
}
