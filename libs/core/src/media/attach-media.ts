import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { DomainError, mediaIdSchema } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import { mediaIdOf } from '../events/media-of-event.js';
import type { Actor } from '../participants/index.js';
import { MediaStore } from './media.store.js';
import { plainName } from './upload-media.js';

/** What a message says of its file is what this server knows of it, whatever the client wrote. */
@Injectable()
export class AttachMedia {
  constructor(private readonly store: MediaStore) {}

  /** The content to be posted. @throws DomainError `SW_MEDIA_NOT_FOUND` if the file is not the sender's own */
  async run(db: Db, actor: Actor, content: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (content.msgtype !== 'swp.media') return content;
    const id = mediaIdSchema.safeParse(content.media_id);
    const media = id.success ? await this.store.lockOwn(db, { origin: actor.tenant.serverName, id: id.data, uploader: actor.fqid }) : null;
    if (!media) throw new DomainError('SW_MEDIA_NOT_FOUND', { field: 'content.media_id' });
    const name = typeof content.name === 'string' ? plainName(content.name) : media.file_name;
    const { thumbnail_id: thumbnailId, mime_type: mimeType, size, width, height } = media;
    const body = typeof content.body === 'string' && content.body !== '' ? content.body : name;
    const facts = { media_id: media.id, name, mime_type: mimeType, size, ...(width !== null && height !== null && { width, height }) };
    const { thumbnail_id: _, width: _w, height: _h, ...rest } = content;
    return { ...rest, body, ...facts, ...(thumbnailId !== null && { thumbnail_id: thumbnailId }) };
  }

  /** An edit changes words, not the file. @throws DomainError `SW_REQUEST_INVALID` */
  keep(before: EventRow, content: Record<string, unknown>): Record<string, unknown> {
    const mediaId = mediaIdOf(before);
    if (mediaId === null && content.msgtype !== 'swp.media') return content;
    if (mediaId === null || content.msgtype !== 'swp.media' || content.media_id !== mediaId) {
      throw new DomainError('SW_REQUEST_INVALID', { field: 'content.media_id', reason: 'an edit cannot add, change or remove a file' });
    }
    const { media_id: id, thumbnail_id: thumbnail, name, mime_type: mimeType, size, width, height } = JSON.parse(before.content ?? '{}') as Record<string, unknown>;
    return { ...content, media_id: id, thumbnail_id: thumbnail, name, mime_type: mimeType, size, width, height };
  }
}
