import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { mediaIdSchema } from '@scaiwave/protocol';
import { MediaStores, ReadMedia } from '../../media/index.js';
import type { InboundRequest } from '../inbound-request.js';
import { buildRefusal, type RawResponse } from '../raw-request.js';

const UNKNOWN = buildRefusal({ code: 'SW_MEDIA_NOT_FOUND', reason: 'not theirs' });

/** `GET media/{media_id}`: the bytes of a file that one of our people posted in a room in which the asking server has somebody. */
@Injectable()
export class ServeMedia {
  constructor(
    private readonly db: Database,
    private readonly stores: MediaStores,
    private readonly read: ReadMedia,
  ) {}

  async run({ tenant, origin, endpoint }: InboundRequest): Promise<RawResponse> {
    const id = mediaIdSchema.safeParse(endpoint.values.media_id);
    if (!id.success) return UNKNOWN;
    const media = await this.db.readTenant(tenant.id, async (db) => {
      const found = await this.stores.media.findStored(db, { origin: tenant.serverName, id: id.data });
      // A thumbnail goes where its picture goes.
      const posted = found && { origin: tenant.serverName, id: found.thumbnail_of ?? found.id };
      return posted && (await this.stores.access.isPostedFor(db, posted, origin)) ? found : null;
    });
    if (!media) return UNKNOWN;
    const headers = { 'content-type': media.mime_type, 'content-length': String(media.size), 'content-digest': `sha-256=:${media.sha256.toString('base64')}:` };
    return { status: 200, headers, body: this.read.run(tenant, media) };
  }
}
