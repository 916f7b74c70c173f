import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { DomainError, type MediaId, type ServerName } from '@scaiwave/protocol';
import { mediaOf } from '../events/media-of-event.js';
import type { Actor } from '../participants/index.js';
import { PeerRequests } from '../requests/index.js';
import { MediaAccessStore } from './media-access.store.js';
import type { StoredMedia } from './media-row.js';
import { MediaStore } from './media.store.js';
import { plainName } from './upload-media.js';
import { WriteMedia } from './write-media.js';

export interface WantedMedia {
  id: MediaId;
  /** whose id it is; without it our own comes first */
  server?: ServerName;
  isThumbnail: boolean;
}

type Found = { kind: 'here'; media: StoredMedia } | { kind: 'elsewhere'; origin: ServerName; id: MediaId; fileName: string };

/** A worker goes on fetching after that; the next one who asks gets it at once. */
const WAIT_MS = 25_000;

@Injectable()
export class MediaStores {
  constructor(
    readonly media: MediaStore,
    readonly access: MediaAccessStore,
  ) {}
}

/** A file for somebody who may read it: the uploader, and who sees a message about it. One of another server is fetched first. */
@Injectable()
export class GetMedia {
  constructor(
    private readonly db: Database,
    private readonly stores: MediaStores,
    private readonly requests: PeerRequests,
    private readonly write: WriteMedia,
  ) {}

  /** @throws DomainError `SW_MEDIA_NOT_FOUND`, and what the other server or the way to it gives: `SW_FED_PEER_UNREACHABLE`, `SW_CONTENT_TOO_LARGE` … */
  async run(actor: Actor, wanted: WantedMedia): Promise<StoredMedia> {
    const found = await this.find(actor, wanted);
    if (found.kind === 'here') return found.media;
    const { origin, id } = found;
    const answer = await this.requests.ask(actor.tenant.id, { kind: 'media', serverName: origin, params: { media_id: id }, timeoutMs: WAIT_MS });
    if (!answer.ok) throw new DomainError(answer.code, { by: answer.by, ...(answer.code === 'SW_CONTENT_TOO_LARGE' && { limit_bytes: this.write.limits.maxBytes }) });
    // It may have been removed everywhere meanwhile.
    const again = await this.find(actor, wanted);
    if (again.kind === 'elsewhere') throw new DomainError('SW_FED_TRY_LATER', { by: 'us' });
    return again.media;
  }

  private find(actor: Actor, wanted: WantedMedia): Promise<Found> {
    return this.db.readTenant(actor.tenant.id, async (db) => {
      const found = (await this.findOwn(db, actor, wanted)) ?? (await this.findPosted(db, actor, wanted));
      if (!found) throw new DomainError('SW_MEDIA_NOT_FOUND');
      return found;
    });
  }

  /** What this person uploaded, posted or not. */
  private async findOwn(db: Db, { tenant, fqid }: Actor, { id, server = tenant.serverName, isThumbnail }: WantedMedia): Promise<Found | null> {
    const origin = tenant.serverName;
    const media = server === origin ? await this.stores.media.findStored(db, { origin, id }) : null;
    return media?.uploader === fqid ? this.thisOrThumbnail(db, media, isThumbnail) : null;
  }

  private async findPosted(db: Db, { tenant, fqid }: Actor, { id, server, isThumbnail }: WantedMedia): Promise<Found | null> {
    const post = await this.stores.access.findPostFor(db, { viewer: fqid, own: tenant.serverName, id, origin: server ?? null });
    const said = post && mediaOf(post);
    if (!said) return null;
    if (post.origin === tenant.serverName) {
      const media = await this.stores.media.findStored(db, { origin: post.origin, id });
      return media && this.thisOrThumbnail(db, media, isThumbnail);
    }
    const copyId = isThumbnail ? said.thumbnailId : said.mediaId;
    if (copyId === null) return null;
    const fileName = plainName(said.name);
    const copy = await this.stores.media.findStored(db, { origin: post.origin, id: copyId });
    return copy ? { kind: 'here', media: { ...copy, file_name: fileName, thumbnail_id: said.thumbnailId } } : { kind: 'elsewhere', origin: post.origin, id: copyId, fileName };
  }

  private async thisOrThumbnail(db: Db, media: StoredMedia, isThumbnail: boolean): Promise<Found | null> {
    if (!isThumbnail) return { kind: 'here', media };
    const { origin, thumbnail_id: id } = media;
    const thumbnail = id === null ? null : await this.stores.media.findStored(db, { origin, id });
    return thumbnail && { kind: 'here', media: thumbnail };
  }
}
