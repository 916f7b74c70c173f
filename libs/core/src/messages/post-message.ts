import { Injectable } from '@nestjs/common';
import { DomainError, EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { EventStore } from '../events/event.store.js';
import type { Actor } from '../participants/index.js';
import { AttachMedia } from '../media/attach-media.js';
import { SpeakInRoom } from '../rooms/speak-in-room.js';
import { WriteMessageContent } from './write-message-content.js';

/** Posts a message. With an `eventId` that was used before by the same person it answers with the message of then. */
@Injectable()
export class PostMessage {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly events: EventStore,
    private readonly write: WriteMessageContent,
    private readonly attach: AttachMedia,
  ) {}

  /** @throws DomainError `SW_CONTENT_TOO_LARGE`, `SW_REQUEST_INVALID`, `SW_EVENT_NOT_FOUND` for a reply to nothing, `SW_FED_ID_CONFLICT`, `SW_MEDIA_NOT_FOUND` */
  async run(input: { actor: Actor; roomId: RoomId; content: Record<string, unknown>; eventId?: string }): Promise<{ event: EventRow; isNew: boolean }> {
    const { actor, roomId } = input;
    const found: { before?: EventRow } = {};
    const [event] = await this.speak.runWithOthers({
      actor,
      roomId,
      compose: async ({ tx }) => {
        const before = input.eventId ? await this.events.findEvent(tx, roomId, input.eventId) : null;
        if (before && before.sender !== actor.fqid) throw new DomainError('SW_FED_ID_CONFLICT');
        if (before) found.before = before;
        if (before) return [];
        const content = await this.attach.run(tx, actor, input.content);
        return [{ type: EVENT_TYPES.message, content: await this.write.run(tx, roomId, content), id: input.eventId }];
      },
    });
    const result = event ?? found.before;
    if (!result) throw new Error('nothing was said');
    return { event: result, isNew: event !== undefined };
  }
}
