import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { TenantContext } from '../tenants/index.js';
import { CHUNK_BYTES, type StoredMedia } from './media-row.js';
import { MediaStore } from './media.store.js';

/** From the first to the last byte, both included. */
export interface ByteRange {
  first: number;
  last: number;
}

/** The bytes of a stored file as they are asked for: no transaction is open while the other side takes its time. */
@Injectable()
export class ReadMedia {
  constructor(
    private readonly db: Database,
    private readonly store: MediaStore,
  ) {}

  run(tenant: TenantContext, media: StoredMedia, range: ByteRange = { first: 0, last: media.size - 1 }): Readable {
    return Readable.from(this.chunks(tenant, media, range), { objectMode: false });
  }

  private async *chunks(tenant: TenantContext, media: StoredMedia, { first, last }: ByteRange): AsyncGenerator<Buffer> {
    for (let place = Math.floor(first / CHUNK_BYTES); place * CHUNK_BYTES <= last; place += 1) {
      const at = place;
      const bytes = await this.db.readTenant(tenant.id, (db) => this.store.findChunk(db, media, at));
      if (!bytes) throw new Error('the file was removed while it was read');
      const start = place * CHUNK_BYTES;
      yield bytes.subarray(Math.max(0, first - start), Math.min(bytes.length, last - start + 1));
    }
  }
}
