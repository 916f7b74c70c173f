import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { Fqid, RoomId, ServerName } from '@scaiwave/protocol';
import type { MemberRow, Membership } from './member-row.js';

const COLUMNS = `tenant_id, room_id, fqid, participant_id, server_name, membership, power_level, joined_at, changed_by, changed_at,
  notification_mode, muted_until, last_read_event_id, last_read_at`;

const CUT_OFF = `m.membership = 'leave' AND m.changed_by IS NULL
  AND EXISTS (SELECT 1 FROM severed_rooms s WHERE s.tenant_id = m.tenant_id AND s.room_id = m.room_id AND m.fqid = ANY(s.ours) AND s.host <> $3)
  AND NOT EXISTS (SELECT 1 FROM members o WHERE o.tenant_id = m.tenant_id AND o.room_id = m.room_id AND o.server_name = $3 AND o.membership = 'join')`;

export interface MemberChange {
  room_id: string;
  fqid: Fqid;
  participant_id: string;
  server_name: ServerName;
  membership: Membership;
  power_level: number;
  changed_by: Fqid | null;
  changed_at: Date;
}

@Injectable()
export class MemberStore {
  async findMember(db: Db, roomId: string, fqid: string): Promise<MemberRow | null> {
    const rows = await db.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE tenant_id = $1 AND room_id = $2 AND fqid = $3`, [db.tenantId, roomId, fqid]);
    return rows[0] ?? null;
  }

  async findMemberByParticipant(db: Db, roomId: string, participantId: string): Promise<MemberRow | null> {
    const rows = await db.query<MemberRow>(`SELECT ${COLUMNS} FROM members WHERE tenant_id = $1 AND room_id = $2 AND participant_id = $3`, [db.tenantId, roomId, participantId]);
    return rows[0] ?? null;
  }

  /** Everybody who is, or was, in the room; the joined ones first. */
  listMembers(db: Db, roomId: string): Promise<MemberRow[]> {
    return db.query<MemberRow>(
      `SELECT ${COLUMNS} FROM members WHERE tenant_id = $1 AND room_id = $2 ORDER BY membership <> 'join', power_level DESC, joined_at, fqid`,
      [db.tenantId, roomId],
    );
  }

  findMembers(db: Db, roomId: string, fqids: readonly string[]): Promise<MemberRow[]> {
    return db.together(findMembersOfRooms, { roomId, fqids });
  }

  /** Servers with somebody joined. */
  async listServers(db: Db, roomId: string): Promise<ServerName[]> {
    const rows = await db.query<{ server_name: ServerName }>(
      `SELECT DISTINCT server_name FROM members WHERE tenant_id = $1 AND room_id = $2 AND membership = 'join' ORDER BY 1`,
      [db.tenantId, roomId],
    );
    return rows.map((row) => row.server_name);
  }

  /** How many of the room's joined people live on `server`, or (not: true) elsewhere. */
  async countJoined(db: Db, where: { roomId: string; server: ServerName; elsewhere?: boolean }): Promise<number> {
    const rows = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM members WHERE tenant_id = $1 AND room_id = $2 AND membership = 'join' AND (server_name = $3) <> $4`,
      [db.tenantId, where.roomId, where.server, where.elsewhere ?? false],
    );
    return rows[0]?.n ?? 0;
  }

  /** Did this server ever have somebody in the room? */
  async hadMember(db: Db, roomId: string, server: string): Promise<boolean> {
    const rows = await db.query('SELECT 1 FROM members WHERE tenant_id = $1 AND room_id = $2 AND server_name = $3 LIMIT 1', [db.tenantId, roomId, server]);
    return rows.length > 0;
  }

  /** Did this person lose a room of another server because the two servers parted? They keep what they had read, while nobody of theirs is in it again. */
  async wasCutOff(db: Db, who: { roomId: string; fqid: Fqid; own: ServerName }): Promise<boolean> {
    const rows = await db.query(`SELECT 1 FROM members m WHERE m.tenant_id = $1 AND m.room_id = $4 AND m.fqid = $2 AND ${CUT_OFF}`, [db.tenantId, who.fqid, who.own, who.roomId]);
    return rows.length > 0;
  }

  /** Rooms whose messages somebody may read; `since`: only what came from then on. */
  listReadable(db: Db, who: { fqid: Fqid; own: ServerName }): Promise<Array<{ id: RoomId; since: Date | null }>> {
    return db.query(
      `SELECT r.id, CASE WHEN r.hides_history THEN m.joined_at END AS since FROM members m JOIN rooms r ON r.tenant_id = m.tenant_id AND r.id = m.room_id
       WHERE m.tenant_id = $1 AND m.fqid = $2 AND (m.membership = 'join' OR (${CUT_OFF}))`,
      [db.tenantId, who.fqid, who.own],
    );
  }

  async upsertMember(tx: Tx, change: MemberChange): Promise<void> {
    await tx.query(
      `INSERT INTO members (tenant_id, room_id, fqid, participant_id, server_name, membership, power_level, joined_at, changed_by, changed_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $6 = 'join' THEN $9::timestamptz END, $8, $9)
       ON CONFLICT (tenant_id, room_id, fqid) DO UPDATE SET membership = $6, power_level = $7, changed_by = $8, changed_at = $9,
         joined_at = CASE WHEN $6 = 'join' AND members.membership <> 'join' THEN $9 ELSE members.joined_at END`,
      [tx.tenantId, change.room_id, change.fqid, change.participant_id, change.server_name, change.membership, change.power_level, change.changed_by, change.changed_at],
    );
  }

  async markNotificationMode(tx: Tx, who: { roomId: string; fqid: Fqid; mode: string }): Promise<void> {
    await tx.query('UPDATE members SET notification_mode = $4 WHERE tenant_id = $1 AND room_id = $2 AND fqid = $3', [tx.tenantId, who.roomId, who.fqid, who.mode]);
  }

  async markMuted(tx: Tx, who: { roomId: string; fqid: Fqid; until: Date | null }): Promise<void> {
    await tx.query('UPDATE members SET muted_until = $4 WHERE tenant_id = $1 AND room_id = $2 AND fqid = $3', [tx.tenantId, who.roomId, who.fqid, who.until]);
  }

  /** A read marker only moves forward. */
  async markRead(tx: Tx, who: { roomId: string; fqid: Fqid; eventId: string; at: Date }): Promise<void> {
    await tx.query(
      `UPDATE members SET last_read_event_id = $4, last_read_at = $5
       WHERE tenant_id = $1 AND room_id = $2 AND fqid = $3 AND (last_read_at IS NULL OR last_read_at < $5)`,
      [tx.tenantId, who.roomId, who.fqid, who.eventId, who.at],
    );
  }
}

async function findMembersOfRooms(db: Db, asked: ReadonlyArray<{ roomId: string; fqids: readonly string[] }>): Promise<MemberRow[][]> {
  const rows = await db.query<MemberRow>(
    `SELECT ${COLUMNS} FROM unnest($2::uuid[], $3::text[]) AS n (n_room_id, n_fqid) JOIN members ON tenant_id = $1 AND room_id = n_room_id AND fqid = n_fqid`,
    [db.tenantId, asked.flatMap(({ roomId, fqids }) => fqids.map(() => roomId)), asked.flatMap(({ fqids }) => fqids)],
  );
  return asked.map(({ roomId, fqids }) => rows.filter((row) => row.room_id === roomId && fqids.includes(row.fqid)));
}
