import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';
import { MediaStore } from '../media/media.store.js';
import type { LockedRoom } from '../rooms/room-row.js';
import type { EventRow } from './event-row.js';
import { EventStore } from './event.store.js';
import { mediaOf } from './media-of-event.js';
import { ReactionStore } from './reaction.store.js';

interface Said {
  tx: Tx;
  room: LockedRoom;
  event: EventRow;
  content: Record<string, unknown>;
}

/** What edits, redactions and reactions change in the room's readable state. */
@Injectable()
export class MessageProjection {
  constructor(
    private readonly events: EventStore,
    private readonly reactions: ReactionStore,
    private readonly media: MediaStore,
  ) {}

  /** Returns false if the type is none of its own. Safe to repeat for the same event. */
  async apply(said: Said): Promise<boolean> {
    switch (said.event.type) {
      case 'swp.room.message':
        await this.attachMedia(said);
        return true;
      case 'swp.room.message.edit':
        await this.applyEdit(said);
        return true;
      case 'swp.room.redaction':
        await this.applyRedaction(said);
        return true;
      case 'swp.room.reaction':
      case 'swp.room.reaction.removed':
        await this.applyReaction(said);
        return true;
      default:
        return false;
    }
  }

  /** Takes back what the host has refused. A redaction's wiping cannot be: its author wanted it gone. */
  async undo({ tx, room, event, content }: Said): Promise<void> {
    const reaction = { event_id: String(content.event_id), sender: event.sender as Fqid, emoji: String(content.emoji) };
    if (event.type === 'swp.room.message.edit') await this.events.markEditedByLast(tx, room.row.id, String(content.event_id));
    if (event.type === 'swp.room.reaction') await this.reactions.deleteReaction(tx, room.row.id, reaction);
    if (event.type === 'swp.room.reaction.removed') await this.reactions.insertReaction(tx, room.row.id, { ...reaction, at: new Date(event.origin_ts) });
  }

  private async applyEdit({ tx, room, event, content }: Said): Promise<void> {
    await this.events.markEdited(tx, {
      roomId: room.row.id,
      targetId: String(content.event_id),
      content: JSON.stringify(content.new_content),
      seq: event.room_seq,
      at: new Date(event.origin_ts),
    });
  }

  private async applyRedaction({ tx, room, event, content }: Said): Promise<void> {
    const targetId = String(content.event_id);
    await this.detachMedia(tx, room.row.id, targetId);
    await this.events.markRedacted(tx, { roomId: room.row.id, targetId, redactedBy: event.id, at: new Date(event.origin_ts) });
    await this.reactions.deleteReactionsOf(tx, room.row.id, targetId);
  }

  private async attachMedia({ tx, event }: Said): Promise<void> {
    const posted = mediaOf(event);
    if (posted) await this.media.markAttached(tx, { origin: event.origin, id: posted.mediaId });
  }

  private async detachMedia(tx: Tx, roomId: string, targetId: string): Promise<void> {
    const target = await this.events.findEvent(tx, roomId, targetId);
    const posted = target && mediaOf(target);
    if (target && posted) await this.media.markDetached(tx, target.origin, [posted.mediaId, ...(posted.thumbnailId ? [posted.thumbnailId] : [])]);
  }

  private async applyReaction({ tx, room, event, content }: Said): Promise<void> {
    const reaction = { event_id: String(content.event_id), sender: event.sender as Fqid, emoji: String(content.emoji) };
    if (event.type === 'swp.room.reaction') await this.reactions.insertReaction(tx, room.row.id, { ...reaction, at: new Date(event.origin_ts) });
    else await this.reactions.deleteReaction(tx, room.row.id, reaction);
  }
}
