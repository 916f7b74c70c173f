import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';

/** What is known of one place in a room's order: of a stored event, or of one that was refused here. */
export interface PlaceRow {
  room_seq: number;
  event_id: string | null;
  chain: Buffer;
  payload_sha256: Buffer | null;
  /** null: the event is stored */
  code: string | null;
}

@Injectable()
export class PlaceStore {
  /** Places by room_seq, stored and refused ones alike. */
  listPlaces(db: Db, roomId: string, seqs: readonly number[]): Promise<PlaceRow[]> {
    return db.together(listPlacesOfRooms, { roomId, seqs });
  }

  async insertRefused(
    tx: Tx,
    roomId: string,
    places: ReadonlyArray<{ roomSeq: number; chain: Buffer; code: string; eventId?: string; payloadSha256?: Buffer }>,
  ): Promise<void> {
    await tx.query(
      `INSERT INTO refused_places (tenant_id, room_id, room_seq, event_id, payload_sha256, chain, code)
       SELECT $1, $2, * FROM unnest($3::bigint[], $4::uuid[], $5::bytea[], $6::bytea[], $7::text[]) ON CONFLICT DO NOTHING`,
      [
        tx.tenantId, roomId, places.map((p) => p.roomSeq), places.map((p) => p.eventId ?? null), places.map((p) => p.payloadSha256 ?? null),
        places.map((p) => p.chain), places.map((p) => p.code),
      ],
    );
  }

  /** A place whose event has come after all. */
  async deleteRefused(tx: Tx, roomId: string, seqs: readonly number[]): Promise<void> {
    await tx.query('DELETE FROM refused_places WHERE tenant_id = $1 AND room_id = $2 AND room_seq = ANY($3::bigint[])', [tx.tenantId, roomId, seqs]);
  }
}

async function listPlacesOfRooms(db: Db, asked: ReadonlyArray<{ roomId: string; seqs: readonly number[] }>): Promise<PlaceRow[][]> {
  const rows = await db.query<PlaceRow & { room_id: string }>(
    `WITH n AS (SELECT * FROM unnest($2::uuid[], $3::bigint[]) AS n (n_room_id, n_seq))
     SELECT room_id, room_seq, id AS event_id, chain, payload_sha256, NULL AS code FROM n JOIN events ON tenant_id = $1 AND room_id = n_room_id AND room_seq = n_seq
     UNION ALL
     SELECT room_id, room_seq, event_id, chain, payload_sha256, code FROM n JOIN refused_places ON tenant_id = $1 AND room_id = n_room_id AND room_seq = n_seq`,
    [db.tenantId, asked.flatMap(({ roomId, seqs }) => seqs.map(() => roomId)), asked.flatMap(({ seqs }) => seqs)],
  );
  const byRoom = Map.groupBy(rows, (row) => row.room_id);
  return asked.map(({ roomId, seqs }) => byRoom.get(roomId)?.filter((row) => seqs.includes(row.room_seq)) ?? []);
}
