import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, mediaIdSchema, type MediaId } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { Actor } from '../participants/index.js';
import type { MediaLimits } from './media-limits.js';
import { THUMBNAIL_MAX_POINTS, type StoredMedia } from './media-row.js';
import { MediaStore } from './media.store.js';
import { isPicture, sniffMedia } from './sniff-media.js';
import { WriteMedia } from './write-media.js';

export interface Upload {
  fileName: string;
  /** at most; what is reserved of the quota meanwhile */
  expectedBytes: number;
  bytes: AsyncIterable<Buffer>;
}

const MAX_NAME = 255;

/** Takes a file from one of our people. Nobody else sees it until it is posted. */
@Injectable()
export class UploadMedia {
  constructor(
    private readonly db: Database,
    private readonly store: MediaStore,
    private readonly write: WriteMedia,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError as `WriteMedia` */
  async run(actor: Actor, upload: Upload): Promise<MediaId> {
    const id = this.newMediaId();
    await this.write.run(actor.tenant, { origin: actor.tenant.serverName, id, uploader: actor.fqid, ...upload, fileName: plainName(upload.fileName) });
    return id;
  }

  /** With the small picture that the uploader's browser made of it. If that is something else, nothing is left. @throws DomainError `SW_REQUEST_INVALID` */
  async finish(actor: Actor, mediaId: MediaId, thumbnail: Buffer | null): Promise<StoredMedia> {
    try {
      if (thumbnail) await this.addThumbnail(actor, mediaId, thumbnail);
    } catch (error) {
      await this.discard(actor, mediaId);
      throw error;
    }
    const stored = await this.db.readTenant(actor.tenant.id, (db) => this.store.findStored(db, { origin: actor.tenant.serverName, id: mediaId }));
    if (!stored) throw new DomainError('SW_MEDIA_NOT_FOUND');
    return stored;
  }

  /** Of an upload that did not come to its end. */
  async discard(actor: Actor, mediaId: MediaId): Promise<void> {
    await this.db.forTenant(actor.tenant.id, (tx) => this.store.deleteMedia(tx, { origin: actor.tenant.serverName, id: mediaId }));
  }

  async countUsed(actor: Actor): Promise<number> {
    return (await this.db.readTenant(actor.tenant.id, (db) => this.store.countUsage(db, actor.fqid))).user;
  }

  get limits(): MediaLimits {
    return this.write.limits;
  }

  private async addThumbnail(actor: Actor, mediaId: MediaId, bytes: Buffer): Promise<void> {
    const { mimeType, width, height } = sniffMedia(bytes);
    if (!isPicture(mimeType) || Math.max(width ?? 0, height ?? 0) > THUMBNAIL_MAX_POINTS) {
      throw new DomainError('SW_REQUEST_INVALID', { field: 'thumbnail', reason: `must be a PNG, JPEG, GIF or WebP picture of at most ${THUMBNAIL_MAX_POINTS} × ${THUMBNAIL_MAX_POINTS}` });
    }
    const of = { origin: actor.tenant.serverName, id: this.newMediaId(), uploader: actor.fqid, thumbnailOf: mediaId };
    await this.write.run(actor.tenant, { ...of, fileName: 'thumbnail', expectedBytes: bytes.length, bytes: piecesOf(bytes) });
  }

  private newMediaId(): MediaId {
    return mediaIdSchema.parse(`med-${newId(this.clock)}`);
  }
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** The last part of a path, without what is not to be seen. */
export function plainName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // Control characters, and those that turn the direction of a text around: "photo\u202Egnp.exe" would read as a picture.
  const seen = last.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return Array.from(seen).slice(0, MAX_NAME).join('') || 'file';
}
