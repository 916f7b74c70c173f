import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { DomainError, EVENT_TYPES, parseContent } from '@scaiwave/protocol';
import { EventStore } from '../events/event.store.js';
import { ParticipantStore } from '../participants/index.js';

/** Turns a client's message content into the content that is signed: people by FQID, references that exist, within 64 KB. */
@Injectable()
export class WriteMessageContent {
  constructor(
    private readonly events: EventStore,
    private readonly participants: ParticipantStore,
  ) {}

  /** @throws DomainError `SW_CONTENT_TOO_LARGE`, `SW_REQUEST_INVALID`, `SW_EVENT_NOT_FOUND`, `SW_PARTICIPANT_NOT_FOUND` */
  async run(db: Db, roomId: string, content: Record<string, unknown>): Promise<object> {
    const mentions = await this.mentionsByFqid(db, content.mentions);
    const written = mentions ? { ...content, mentions } : content;
    const parsed = parseContent(EVENT_TYPES.message, JSON.stringify(written));
    if (!parsed.ok && parsed.code === 'SW_CONTENT_TOO_LARGE') throw new DomainError('SW_CONTENT_TOO_LARGE', { limit_bytes: 65_536 });
    if (!parsed.ok) throw new DomainError('SW_REQUEST_INVALID', { field: 'content', reason: parsed.reason });
    const replyTo = parsed.content.reply_to_event_id;
    if (replyTo) {
      const target = await this.events.findEvent(db, roomId, replyTo);
      if (target?.type !== EVENT_TYPES.message) throw new DomainError('SW_EVENT_NOT_FOUND');
    }
    return written;
  }

  /** Clients name people by the ids of their own server, or by FQID. */
  private async mentionsByFqid(db: Db, mentions: unknown): Promise<string[] | null> {
    if (!Array.isArray(mentions)) return null;
    const ids = mentions.filter((mention): mention is string => typeof mention === 'string' && !mention.startsWith('@'));
    const people = new Map((await this.participants.listByIds(db, ids)).map((person) => [person.id, person.fqid as string]));
    return mentions.map((mention: unknown) => {
      const fqid = typeof mention === 'string' && mention.startsWith('@') ? mention : people.get(String(mention));
      if (!fqid) throw new DomainError('SW_PARTICIPANT_NOT_FOUND', { field: 'content.mentions' });
      return fqid;
    });
  }
}
