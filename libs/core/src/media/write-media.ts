import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type Fqid, type MediaId } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { MediaLimits } from './media-limits.js';
import { CHUNK_BYTES, type MediaKey } from './media-row.js';
import { MediaStore, type Writing } from './media.store.js';
import { sniffMedia } from './sniff-media.js';

export interface MediaToWrite extends MediaKey {
  id: MediaId;
  /** null: a copy from another server */
  uploader: Fqid | null;
  thumbnailOf?: MediaId;
  fileName: string;
  /** at most; reserved while it is written */
  expectedBytes: number;
  bytes: AsyncIterable<Buffer>;
  /** Throws if these are not the bytes that were meant. */
  verify?: (sha256: Buffer) => void;
}

/** Longer than any request for a file may take: an upload, and a fetch from another server. */
const UPLOADER_LIVES_MS = 900_000;
const FETCHER_LIVES_MS = 150_000;

/**
 * Bytes of unknown length and intent → chunks in Postgres; never more than one chunk in memory.
 *
 *   reserve (quota) ─→ chunk by chunk, each a short transaction ─→ type by the first bytes, digest, size ─→ stored
 *                            └→ too large, broken off, not what was meant: nothing is left
 */
@Injectable()
export class WriteMedia {
  readonly limits: MediaLimits;

  constructor(
    private readonly db: Database,
    private readonly store: MediaStore,
    private readonly clock: Clock,
    @Optional() @Inject(MediaLimits) limits: MediaLimits | null,
  ) {
    this.limits = limits ?? new MediaLimits();
  }

  /** False: it is there, or somebody else is writing it. @throws DomainError `SW_CONTENT_TOO_LARGE`, `SW_MEDIA_QUOTA_EXCEEDED`, `SW_REQUEST_INVALID` for a file without bytes */
  async run(tenant: TenantContext, media: MediaToWrite): Promise<boolean> {
    const writing: Writing = { origin: media.origin, id: media.id, writer: randomUUID() };
    if (!(await this.reserve(tenant, media, writing))) return false;
    try {
      await this.write(tenant, media, writing);
      return true;
    } catch (error) {
      await this.db.forTenant(tenant.id, (tx) => this.store.deleteUnfinished(tx, writing));
      throw error;
    }
  }

  private reserve(tenant: TenantContext, media: MediaToWrite, { writer }: Writing): Promise<boolean> {
    const size = Math.min(media.expectedBytes, this.limits.maxBytes);
    const { userQuotaBytes, tenantQuotaBytes } = this.limits;
    return this.db.forTenant(tenant.id, async (tx) => {
      await this.store.lockUsage(tx);
      const used = await this.store.countUsage(tx, media.uploader ?? '');
      if (media.uploader !== null && used.user + size > userQuotaBytes) throw new DomainError('SW_MEDIA_QUOTA_EXCEEDED', { limit_bytes: userQuotaBytes, used_bytes: used.user });
      if (used.tenant - used.copies + size > tenantQuotaBytes) throw new DomainError('SW_MEDIA_QUOTA_EXCEEDED', { by: 'us', limit_bytes: tenantQuotaBytes });
      if (used.tenant + size > tenantQuotaBytes) await this.store.deleteOldestCopies(tx, used.tenant + size - tenantQuotaBytes);
      const at = this.clock.date();
      const lives = media.uploader === null ? FETCHER_LIVES_MS : UPLOADER_LIVES_MS;
      const { origin, id, uploader, thumbnailOf = null, fileName } = media;
      return this.store.beginWriting(tx, { origin, id, uploader, thumbnailOf, fileName, size, writer, writerUntil: new Date(at.getTime() + lives), at });
    });
  }

  private async write(tenant: TenantContext, media: MediaToWrite, writing: Writing): Promise<void> {
    const hash = createHash('sha256');
    let [size, place] = [0, 0];
    let head: Buffer = Buffer.alloc(0);
    for await (const bytes of chunksOf(media.bytes, this.limits.maxBytes)) {
      if (place === 0) head = bytes;
      hash.update(bytes);
      size += bytes.length;
      const chunk = { place, bytes };
      if (!(await this.db.forTenant(tenant.id, (tx) => this.store.insertChunk(tx, writing, chunk)))) throw new DomainError('SW_FED_TRY_LATER', { by: 'us' });
      place += 1;
    }
    if (size === 0) throw new DomainError('SW_REQUEST_INVALID', { field: 'file', reason: 'is empty' });
    const sha256 = hash.digest();
    media.verify?.(sha256);
    const stored = { ...sniffMedia(head), size, sha256, isAttached: media.uploader === null };
    if (!(await this.db.forTenant(tenant.id, (tx) => this.store.markStored(tx, writing, stored)))) throw new DomainError('SW_FED_TRY_LATER', { by: 'us' });
  }
}

/** In pieces of the size in which they are kept. @throws DomainError `SW_CONTENT_TOO_LARGE` as soon as there are more than `maxBytes` */
async function* chunksOf(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let [length, total] = [0, 0];
  for await (const bytes of source) {
    total += bytes.length;
    if (total > maxBytes) throw new DomainError('SW_CONTENT_TOO_LARGE', { limit_bytes: maxBytes });
    waiting.push(bytes);
    length += bytes.length;
    if (length < CHUNK_BYTES) continue;
    let rest = Buffer.concat(waiting);
    for (; rest.length >= CHUNK_BYTES; rest = rest.subarray(CHUNK_BYTES)) yield rest.subarray(0, CHUNK_BYTES);
    [waiting, length] = [[rest], rest.length];
  }
  if (length > 0) yield Buffer.concat(waiting);
}
