import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { EventStore } from '../events/event.store.js';
import type { Actor } from '../participants/index.js';
import { AttachMedia } from '../media/attach-media.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';
import { WriteMessageContent } from './write-message-content.js';

/** Edits one's own message, within 24 hours. */
@Injectable()
export class EditMessage {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly events: EventStore,
    private readonly write: WriteMessageContent,
    private readonly attach: AttachMedia,
  ) {}

  /** @throws DomainError `SW_EVENT_NOT_FOUND`, `SW_ROOM_FORBIDDEN`, `SW_EVENT_TOO_OLD_TO_EDIT`, `SW_CONTENT_TOO_LARGE` */
  run(input: { actor: Actor; roomId: RoomId; eventId: string; content: Record<string, unknown> }): Promise<EventRow[]> {
    const { actor, roomId, eventId } = input;
    return this.speak.run({
      actor,
      roomId,
      compose: async ({ tx }) => {
        const target = await this.events.findEvent(tx, roomId, eventId);
        if (target?.type !== EVENT_TYPES.message || target.redacted_by !== null) throw new DomainError('SW_EVENT_NOT_FOUND');
        const content = { event_id: eventId, new_content: await this.write.run(tx, roomId, this.attach.keep(target, input.content)) };
        return [{ type: EVENT_TYPES.messageEdit, content, about: { event: target } }];
      },
    });
  }
}
