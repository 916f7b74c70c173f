import type { Fqid, RoomId, ServerName, TenantId } from '@scaiwave/protocol';

/** A row of `events` as Postgres gives it. Byte columns are Buffers, times Dates, seqs numbers. */
export interface EventRow {
  tenant_id: TenantId;
  room_id: RoomId;
  id: string;
  type: string;
  origin: ServerName;
  sender: Fqid | null;
  /** milliseconds since the epoch */
  origin_ts: number;
  payload: string;
  payload_sha256: Buffer;
  content: string | null;
  jws: string | null;
  room_seq: number | null;
  chain: Buffer | null;
  state: 'pending' | 'sequenced' | 'failed';
  failure_code: string | null;
  hidden: 'unverified' | 'blocked_origin' | null;
  is_late: boolean;
  target_id: string | null;
  reply_to: string | null;
  redacted_by: string | null;
  redacted_at: Date | null;
  edited_content: string | null;
  edited_at: Date | null;
  edited_seq: number | null;
  out_seq: number | null;
  stream_position: number;
  created_at: Date;
}
