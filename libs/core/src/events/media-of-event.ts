import { mediaIdSchema, type MediaId } from '@scaiwave/protocol';
import type { EventRow } from './event-row.js';

/** The file and the thumbnail that an swp.media message names; null for any other event. What a peer wrote there may be anything. */
export function mediaOf({ type, content }: Pick<EventRow, 'type' | 'content'>): { mediaId: MediaId; thumbnailId: MediaId | null; name: string } | null {
  if (type !== 'swp.room.message' || content === null || !content.includes('"swp.media"')) return null;
  const { msgtype, media_id: media, thumbnail_id: thumbnail, name, body } = JSON.parse(content) as Record<string, unknown>;
  const mediaId = mediaIdSchema.safeParse(media);
  if (msgtype !== 'swp.media' || !mediaId.success) return null;
  const thumbnailId = mediaIdSchema.safeParse(thumbnail);
  return { mediaId: mediaId.data, thumbnailId: thumbnailId.success ? thumbnailId.data : null, name: String(typeof name === 'string' ? name : body) };
}

export function mediaIdOf(event: Pick<EventRow, 'type' | 'content'>): MediaId | null {
  return mediaOf(event)?.mediaId ?? null;
}
