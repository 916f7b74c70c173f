import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { Fqid, ServerName, TenantId } from '@scaiwave/protocol';
import type { InvitationRow, InvitationState } from './invitation-row.js';

const COLUMNS = `tenant_id, id, room_id, direction, host, inviter, inviter_name, invitee, asked_by, state, error_code, error_by, room,
  created_at, expires_at, updated_at`;
const LIVE = `state IN ('sending', 'pending')`;

export interface Page {
  /** default 100 */
  limit?: number;
  offset?: number;
}

export interface InvitationEnd {
  state: InvitationState;
  code?: string | null;
  by?: ServerName | null;
}

@Injectable()
export class InvitationStore {
  async findInvitation(db: Db, id: string): Promise<InvitationRow | null> {
    const rows = await db.query<InvitationRow>(`SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND id = $2`, [db.tenantId, id]);
    return rows[0] ?? null;
  }

  async lockInvitation(tx: Tx, id: string): Promise<InvitationRow | null> {
    const rows = await tx.query<InvitationRow>(`SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND id = $2 FOR UPDATE`, [tx.tenantId, id]);
    return rows[0] ?? null;
  }

  /** The live invitations of one person to one room: at most one per direction. */
  lockLive(tx: Tx, key: { roomId: string; invitee: Fqid }): Promise<InvitationRow[]> {
    return tx.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND room_id = $2 AND invitee = $3 AND ${LIVE} FOR UPDATE`,
      [tx.tenantId, key.roomId, key.invitee],
    );
  }

  lockLiveOfRoom(tx: Tx, roomId: string): Promise<InvitationRow[]> {
    return tx.query<InvitationRow>(`SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND room_id = $2 AND ${LIVE} ORDER BY id FOR UPDATE`, [tx.tenantId, roomId]);
  }

  /** Live invitations in which a server has a part: as host, as the invitee's, or as the one that asked. */
  listLiveWith(db: Db, serverName: ServerName): Promise<InvitationRow[]> {
    return db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND ${LIVE} AND (host = $2 OR asked_by = $2 OR right(invitee, length($2) + 1) = ':' || $2) ORDER BY room_id, id`,
      [db.tenantId, serverName],
    );
  }

  /** Accepted by our people, to rooms of this host, and no membership has followed. */
  listUnjoined(db: Db, host: ServerName): Promise<InvitationRow[]> {
    return db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations i WHERE tenant_id = $1 AND host = $2 AND direction = 'in' AND state = 'accepted' AND NOT EXISTS (SELECT 1 FROM members m
         WHERE m.tenant_id = i.tenant_id AND m.room_id = i.room_id AND m.fqid = i.invitee AND (m.membership = 'join' OR m.changed_at >= i.created_at)) ORDER BY room_id, id`,
      [db.tenantId, host],
    );
  }

  /** The other servers that have a part in any live invitation. */
  async listLiveServers(db: Db, ownServer: ServerName): Promise<ServerName[]> {
    const rows = await db.query<{ name: ServerName }>(
      `SELECT DISTINCT name FROM invitations, unnest(ARRAY[host, asked_by, substring(invitee FROM position(':' IN invitee) + 1)]) AS name
       WHERE tenant_id = $1 AND ${LIVE} AND name <> $2 ORDER BY 1`,
      [db.tenantId, ownServer],
    );
    return rows.map((row) => row.name);
  }

  /** Across tenants: who has live invitations at all. */
  listTenantsWithLive(db: Pick<Db, 'query'>): Promise<Array<{ id: TenantId; server_name: ServerName }>> {
    return db.query<{ id: TenantId; server_name: ServerName }>(
      `SELECT t.id, t.server_name FROM tenants t WHERE t.state <> 'deleted' AND EXISTS (SELECT 1 FROM invitations i WHERE i.tenant_id = t.id AND i.state IN ('sending', 'pending')) ORDER BY t.id`,
    );
  }

  /** Live invitations to a DM between exactly these two people, in the given sense. */
  listLiveDms(db: Db, pair: { inviter: Fqid; invitee: Fqid }): Promise<InvitationRow[]> {
    return db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND inviter = $2 AND invitee = $3 AND ${LIVE} AND room->>'room_type' = 'dm' ORDER BY room_id`,
      [db.tenantId, pair.inviter, pair.invitee],
    );
  }

  /** Does a live invitation bind this room id to another host? */
  async isBoundElsewhere(db: Db, room: { roomId: string; host: ServerName; now: Date }): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM invitations WHERE tenant_id = $1 AND room_id = $2 AND host <> $3 AND ${LIVE} AND expires_at > $4 LIMIT 1`,
      [db.tenantId, room.roomId, room.host, room.now],
    );
    return rows.length > 0;
  }

  /** Live invitations to a room for people of `server`, or (not: true) of all others, beside those of `except`. */
  async countLive(db: Db, where: { roomId: string; server: ServerName; elsewhere?: boolean; except: Fqid; now: Date }): Promise<number> {
    const rows = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM invitations WHERE tenant_id = $1 AND room_id = $2 AND ${LIVE} AND expires_at > $5
         AND (right(invitee, length($3) + 1) = ':' || $3) <> $6 AND invitee <> $4`,
      [db.tenantId, where.roomId, where.server, where.except, where.now, where.elsewhere ?? false],
    );
    return rows[0]?.n ?? 0;
  }

  listForRoom(db: Db, roomId: string, page: Page = {}): Promise<InvitationRow[]> {
    return db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND room_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4`,
      [db.tenantId, roomId, page.limit ?? 100, page.offset ?? 0],
    );
  }

  listForInvitee(db: Db, invitee: Fqid, page: Page = {}): Promise<InvitationRow[]> {
    return db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND invitee = $2 AND direction = 'in' ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4`,
      [db.tenantId, invitee, page.limit ?? 100, page.offset ?? 0],
    );
  }

  /** The newest invitation of a person to a room; a live one before any that is over. */
  async findLatest(db: Db, key: { roomId: string; invitee: Fqid }): Promise<InvitationRow | null> {
    const rows = await db.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND room_id = $2 AND invitee = $3 ORDER BY (${LIVE}) DESC, created_at DESC, id DESC LIMIT 1`,
      [db.tenantId, key.roomId, key.invitee],
    );
    return rows[0] ?? null;
  }

  /** Across tenants: whose invitations have run out. */
  listTenantsWithDue(db: Pick<Db, 'query'>, now: Date): Promise<Array<{ id: TenantId; server_name: ServerName }>> {
    return db.query<{ id: TenantId; server_name: ServerName }>(
      `SELECT t.id, t.server_name FROM tenants t WHERE t.state <> 'deleted'
         AND EXISTS (SELECT 1 FROM invitations i WHERE i.tenant_id = t.id AND i.state IN ('sending', 'pending') AND i.expires_at <= $1) ORDER BY t.id`,
      [now],
    );
  }

  /** Rows that another sweep holds are left to it. */
  lockDue(tx: Tx, now: Date, limit: number): Promise<InvitationRow[]> {
    return tx.query<InvitationRow>(
      `SELECT ${COLUMNS} FROM invitations WHERE tenant_id = $1 AND ${LIVE} AND expires_at <= $2 ORDER BY expires_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
      [tx.tenantId, now, limit],
    );
  }

  async insertInvitation(tx: Tx, row: InvitationRow): Promise<void> {
    await tx.query(
      `INSERT INTO invitations (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
      [
        tx.tenantId, row.id, row.room_id, row.direction, row.host, row.inviter, row.inviter_name, row.invitee, row.asked_by, row.state,
        row.error_code, row.error_by, JSON.stringify(row.room), row.created_at, row.expires_at, row.updated_at,
      ],
    );
  }

  /** The other server has it. Leaves updated_at: the call that waits is not over by this. */
  async markPending(tx: Tx, id: string): Promise<void> {
    await tx.query(`UPDATE invitations SET state = 'pending' WHERE tenant_id = $1 AND id = $2 AND state = 'sending'`, [tx.tenantId, id]);
  }

  /** Leaves updated_at, for the same reason. */
  async markEnded(tx: Tx, id: string, end: InvitationEnd): Promise<void> {
    await tx.query('UPDATE invitations SET state = $3, error_code = $4, error_by = $5 WHERE tenant_id = $1 AND id = $2', [
      tx.tenantId, id, end.state, end.code ?? null, end.by ?? null,
    ]);
  }

  /** From now on nobody waits for the outcome: it comes as a notification. */
  async markAnswered(tx: Tx, id: string): Promise<void> {
    await tx.query(`UPDATE invitations SET updated_at = created_at + interval '1 millisecond' WHERE tenant_id = $1 AND id = $2`, [tx.tenantId, id]);
  }

  /** What one of our people asked the host for has come back as an invitation to one of our own. */
  async markArrived(tx: Tx, id: string, expiresAt: Date): Promise<void> {
    await tx.query(`UPDATE invitations SET direction = 'in', state = 'pending', expires_at = $3 WHERE tenant_id = $1 AND id = $2`, [tx.tenantId, id, expiresAt]);
  }

  async deleteInvitation(tx: Tx, id: string): Promise<void> {
    await tx.query('DELETE FROM invitations WHERE tenant_id = $1 AND id = $2', [tx.tenantId, id]);
  }

  /** Until the transaction ends, nobody else opens a DM of these two people. */
  async lockPair(tx: Tx, dmKey: string): Promise<void> {
    await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`dm ${tx.tenantId} ${dmKey}`]);
  }

  /** A DM that one of the two has left makes room for a new one. */
  async releaseDmKey(tx: Tx, roomId: string): Promise<void> {
    await tx.query('UPDATE rooms SET dm_key = NULL WHERE tenant_id = $1 AND id = $2', [tx.tenantId, roomId]);
  }
}
