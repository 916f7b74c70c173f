import type { Fqid, MediaId, ServerName } from '@scaiwave/protocol';

/** A row of `media`. */
export interface MediaRow {
  /** the server whose id this is */
  origin: ServerName;
  id: MediaId;
  /** null: a copy from another server */
  uploader: Fqid | null;
  thumbnail_of: MediaId | null;
  file_name: string;
  /** by its bytes */
  mime_type: string;
  size: number;
  /** null until all bytes are here */
  sha256: Buffer | null;
  width: number | null;
  height: number | null;
  created_at: Date;
}

/** One whose bytes are all here. */
export interface StoredMedia extends MediaRow {
  sha256: Buffer;
  /** that of its thumbnail, if it was uploaded with one */
  thumbnail_id: MediaId | null;
}

export interface MediaKey {
  origin: string;
  id: string;
}

export const CHUNK_BYTES = 262_144;
/** A thumbnail is one chunk. */
export const THUMBNAIL_MAX_BYTES = CHUNK_BYTES;
export const THUMBNAIL_MAX_POINTS = 1_000;
