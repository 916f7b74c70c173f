import { Injectable } from '@nestjs/common';
import type { Db, FleetTx, Tx } from '@scaiwave/database';
import type { TenantId } from '@scaiwave/protocol';
import type { MediaKey, StoredMedia } from './media-row.js';
import type { SniffedMedia } from './sniff-media.js';

const COLUMNS = 'm.origin, m.id, m.uploader, m.thumbnail_of, m.file_name, m.mime_type, m.size, m.sha256, m.width, m.height, m.created_at';
type Row<T> = T & Record<string, unknown>;

export interface NewMedia extends MediaKey {
  uploader: string | null;
  thumbnailOf: string | null;
  fileName: string;
  /** reserved until the real one is known */
  size: number;
  writer: string;
  writerUntil: Date;
  at: Date;
}

/** Whoever is writing a file: only their own chunks are taken. */
export interface Writing extends MediaKey {
  writer: string;
}

/** SQL of `media` and its chunks. */
@Injectable()
export class MediaStore {
  /** Only if all of it is here. */
  async findStored(db: Db, key: MediaKey): Promise<StoredMedia | null> {
    return db.queryOne<Row<StoredMedia>>(
      `SELECT ${COLUMNS}, t.id AS thumbnail_id FROM media m
         LEFT JOIN media t ON t.tenant_id = m.tenant_id AND t.origin = m.origin AND t.thumbnail_of = m.id AND t.sha256 IS NOT NULL
       WHERE m.tenant_id = $1 AND m.origin = $2 AND m.id = $3 AND m.sha256 IS NOT NULL`,
      [db.tenantId, key.origin, key.id],
    );
  }

  /** Is somebody at it, whose time is not over? */
  async isBeingWritten(db: Db, key: MediaKey, now: Date): Promise<boolean> {
    const rows = await db.query('SELECT 1 FROM media WHERE tenant_id = $1 AND origin = $2 AND id = $3 AND sha256 IS NULL AND writer_until >= $4', [db.tenantId, key.origin, key.id, now]);
    return rows.length > 0;
  }

  /** Takes the row for writing. False: it is there already, or somebody else writes it and their time is not over. */
  async beginWriting(tx: Tx, media: NewMedia): Promise<boolean> {
    const taken = await tx.execute(
      `INSERT INTO media (tenant_id, origin, id, uploader, thumbnail_of, file_name, mime_type, size, writer, writer_until, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, 'application/octet-stream', $7, $8, $9, $10)
       ON CONFLICT (tenant_id, origin, id) DO UPDATE SET writer = $8, writer_until = $9, size = $7, created_at = $10
         WHERE media.sha256 IS NULL AND media.writer_until < $10`,
      [tx.tenantId, media.origin, media.id, media.uploader, media.thumbnailOf, media.fileName, media.size, media.writer, media.writerUntil, media.at],
    );
    if (taken > 0) await tx.execute('DELETE FROM media_chunks WHERE tenant_id = $1 AND origin = $2 AND media_id = $3', [tx.tenantId, media.origin, media.id]);
    return taken > 0;
  }

  /** False: it is not ours to write any more. */
  async insertChunk(tx: Tx, { origin, id, writer }: Writing, chunk: { place: number; bytes: Buffer }): Promise<boolean> {
    const written = await tx.execute(
      `INSERT INTO media_chunks (tenant_id, origin, media_id, place, bytes)
       SELECT m.tenant_id, m.origin, m.id, $5, $6 FROM media m WHERE m.tenant_id = $1 AND m.origin = $2 AND m.id = $3 AND m.writer = $4`,
      [tx.tenantId, origin, id, writer, chunk.place, chunk.bytes],
    );
    return written > 0;
  }

  async markStored(tx: Tx, { origin, id, writer }: Writing, stored: SniffedMedia & { size: number; sha256: Buffer; isAttached: boolean }): Promise<boolean> {
    const marked = await tx.execute(
      `UPDATE media SET size = $5, sha256 = $6, mime_type = $7, width = $8, height = $9, is_attached = $10, writer = NULL, writer_until = NULL
       WHERE tenant_id = $1 AND origin = $2 AND id = $3 AND writer = $4`,
      [tx.tenantId, origin, id, writer, stored.size, stored.sha256, stored.mimeType, stored.width, stored.height, stored.isAttached],
    );
    return marked > 0;
  }

  async deleteUnfinished(tx: Tx, { origin, id, writer }: Writing): Promise<void> {
    await tx.execute('DELETE FROM media WHERE tenant_id = $1 AND origin = $2 AND id = $3 AND writer = $4', [tx.tenantId, origin, id, writer]);
  }

  async deleteMedia(tx: Tx, key: MediaKey): Promise<void> {
    await tx.execute('DELETE FROM media WHERE tenant_id = $1 AND origin = $2 AND id = $3', [tx.tenantId, key.origin, key.id]);
  }

  async findChunk(db: Db, key: MediaKey, place: number): Promise<Buffer | null> {
    const row = await db.queryOne<{ bytes: Buffer }>('SELECT bytes FROM media_chunks WHERE tenant_id = $1 AND origin = $2 AND media_id = $3 AND place = $4', [
      db.tenantId, key.origin, key.id, place,
    ]);
    return row?.bytes ?? null;
  }

  /** Nobody else of the tenant begins a file before this transaction is over: two that fit one by one may not fit together. */
  async lockUsage(tx: Tx): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('media ' || $1, 0))`, [tx.tenantId]);
  }

  /** Bytes that are kept or reserved. */
  async countUsage(db: Db, uploader: string): Promise<{ user: number; tenant: number; copies: number }> {
    const row = await db.queryOne<{ user: number; tenant: number; copies: number }>(
      `SELECT COALESCE(sum(size) FILTER (WHERE uploader = $2), 0)::bigint AS user, COALESCE(sum(size), 0)::bigint AS tenant,
         COALESCE(sum(size) FILTER (WHERE uploader IS NULL), 0)::bigint AS copies FROM media WHERE tenant_id = $1`,
      [db.tenantId, uploader],
    );
    return row ?? { user: 0, tenant: 0, copies: 0 };
  }

  /** Copies can be had again: the oldest go, until at least so many bytes are free. */
  async deleteOldestCopies(tx: Tx, bytes: number): Promise<void> {
    await tx.execute(
      `DELETE FROM media d USING (
         SELECT origin, id, sum(size) OVER (ORDER BY created_at, origin, id) - size AS before FROM media
         WHERE tenant_id = $1 AND uploader IS NULL AND sha256 IS NOT NULL) AS o
       WHERE d.tenant_id = $1 AND d.origin = o.origin AND d.id = o.id AND o.before < $2`,
      [tx.tenantId, bytes],
    );
  }

  /** A file that is being posted: until that is done the sweep leaves it alone. Null if it is not there or not this person's. */
  async lockOwn(db: Db, key: MediaKey & { uploader: string }): Promise<StoredMedia | null> {
    const locked = await db.query(
      `SELECT 1 FROM media WHERE tenant_id = $1 AND origin = $2 AND id = $3 AND uploader = $4 AND thumbnail_of IS NULL AND sha256 IS NOT NULL FOR NO KEY UPDATE`,
      [db.tenantId, key.origin, key.id, key.uploader],
    );
    return locked.length > 0 ? this.findStored(db, key) : null;
  }

  async markAttached(tx: Tx, key: MediaKey): Promise<void> {
    await tx.execute('UPDATE media SET is_attached = true WHERE tenant_id = $1 AND origin = $2 AND id = $3', [tx.tenantId, key.origin, key.id]);
  }

  /** A message about it was removed: the sweep looks whether another one is left. */
  async markDetached(tx: Tx, origin: string, ids: readonly string[]): Promise<void> {
    await tx.execute('UPDATE media SET is_attached = false WHERE tenant_id = $1 AND origin = $2 AND id = ANY($3)', [tx.tenantId, origin, ids]);
  }

  /** Tenants with files that nobody posted or that were removed again, with copies that are old, or with writers that died. */
  async listTenantsToClear(fleet: FleetTx, due: { uploadedBefore: Date; copiedBefore: Date }): Promise<TenantId[]> {
    const rows = await fleet.query<{ tenant_id: TenantId }>(
      `SELECT DISTINCT tenant_id FROM media WHERE thumbnail_of IS NULL AND ((NOT is_attached AND (created_at < $1 OR (uploader IS NULL AND writer IS NULL)))
         OR (uploader IS NULL AND created_at < $2)) LIMIT 1000`,
      [due.uploadedBefore, due.copiedBefore],
    );
    return rows.map((row) => row.tenant_id);
  }

  /** What no message shows. One that a message does show after all is marked so, and not looked at again. */
  async clear(tx: Tx, due: { uploadedBefore: Date; copiedBefore: Date; limit: number }): Promise<number> {
    await tx.execute(
      `UPDATE media m SET is_attached = true WHERE m.tenant_id = $1 AND NOT m.is_attached AND m.uploader IS NOT NULL AND m.created_at < $2
         AND EXISTS (SELECT 1 FROM events e WHERE e.tenant_id = $1 AND e.media_id = m.id AND e.origin = m.origin AND e.content IS NOT NULL)`,
      [tx.tenantId, due.uploadedBefore],
    );
    return tx.execute(
      `DELETE FROM media WHERE tenant_id = $1 AND ctid = ANY(ARRAY(SELECT ctid FROM media WHERE tenant_id = $1 AND thumbnail_of IS NULL
         AND ((NOT is_attached AND (created_at < $2 OR (uploader IS NULL AND writer IS NULL))) OR (uploader IS NULL AND created_at < $3)) LIMIT $4 FOR UPDATE SKIP LOCKED))`,
      [tx.tenantId, due.uploadedBefore, due.copiedBefore, due.limit],
    );
  }
}
