import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { Fqid, ServerName } from '@scaiwave/protocol';

// Nothing waits for a server that is down, paused, blocked or removed.
const REACHABLE = `EXISTS (SELECT 1 FROM peers p WHERE p.tenant_id = l.tenant_id AND p.server_name = l.server_name AND p.admin_state = 'active' AND p.verdict IS NULL)`;
const OPEN = `(l.end_seq IS NULL OR l.acked_seq < l.end_seq) AND l.state = 'ok'`;

/** Whom typing and presence are told to, and what other servers say of their people. */
@Injectable()
export class EphemeralStore {
  /** Servers that a room's ephemerals go to from here: all members' where we order the room, else its host. */
  async listRoomPeers(db: Db, roomId: string): Promise<ServerName[]> {
    const rows = await db.query<{ server_name: ServerName }>(`SELECT l.server_name FROM lanes l WHERE l.tenant_id = $1 AND l.room_id = $2 AND ${OPEN} AND ${REACHABLE}`, [db.tenantId, roomId]);
    return rows.map((row) => row.server_name);
  }

  /** Servers that share a room with this person, as far as we may tell them: those in rooms that we order, and the hosts of others. `hostedOnly`: the first only. */
  async listPersonPeers(db: Db, fqid: Fqid, { hostedOnly }: { hostedOnly: boolean }): Promise<ServerName[]> {
    const rows = await db.query<{ server_name: ServerName }>(
      `SELECT DISTINCT l.server_name FROM lanes l JOIN members m ON m.tenant_id = l.tenant_id AND m.room_id = l.room_id
       WHERE l.tenant_id = $1 AND m.fqid = $2 AND m.membership = 'join' AND (l.kind = 'host' OR NOT $3) AND ${OPEN} AND ${REACHABLE}`,
      [db.tenantId, fqid, hostedOnly],
    );
    return rows.map((row) => row.server_name);
  }

  /** Does `host` order a room in which this person and one of ours are joined? */
  async sharesRoomOf(db: Db, { host, fqid, own }: { host: ServerName; fqid: Fqid; own: ServerName }): Promise<boolean> {
    const rows = await db.query(
      `SELECT 1 FROM rooms r JOIN members m ON m.tenant_id = r.tenant_id AND m.room_id = r.id AND m.fqid = $3 AND m.membership = 'join'
       JOIN members o ON o.tenant_id = r.tenant_id AND o.room_id = r.id AND o.server_name = $4 AND o.membership = 'join'
       WHERE r.tenant_id = $1 AND r.host = $2 LIMIT 1`,
      [db.tenantId, host, fqid, own],
    );
    return rows.length > 0;
  }

  /** Newest wins; what a host hands on gives way to what the person's own server has said. Returns the person's id if it is news. */
  async markForeignPresence(tx: Tx, said: { fqid: Fqid; status: string; at: Date; isHearsay: boolean }): Promise<string | null> {
    const row = await tx.queryOne<{ id: string }>(
      `UPDATE participants SET presence = $3, presence_at = $4, presence_is_hearsay = $5
       WHERE tenant_id = $1 AND fqid = $2 AND participant_type = 'federated' AND (presence_at IS NULL OR presence_at < $4) AND (NOT $5 OR presence_is_hearsay OR presence_at IS NULL)
       RETURNING id`,
      [tx.tenantId, said.fqid, said.status, said.at, said.isHearsay],
    );
    return row?.id ?? null;
  }

  /** Our people who share a room with this person. */
  async listWhoSee(db: Db, fqid: Fqid): Promise<Fqid[]> {
    const rows = await db.query<{ fqid: Fqid }>(
      `SELECT DISTINCT o.fqid FROM members m JOIN members o ON o.tenant_id = m.tenant_id AND o.room_id = m.room_id AND o.membership = 'join'
       WHERE m.tenant_id = $1 AND m.fqid = $2 AND m.membership = 'join' AND o.server_name <> m.server_name`,
      [db.tenantId, fqid],
    );
    return rows.map((row) => row.fqid);
  }

  /** Of these people, those whose server does not answer: nobody knows how they are. */
  async listOutOfReach(db: Db, ids: readonly string[]): Promise<Set<string>> {
    const rows = await db.query<{ id: string }>(
      `SELECT w.id FROM participants w JOIN peers p ON p.tenant_id = w.tenant_id AND p.server_name = w.server_name
       WHERE w.tenant_id = $1 AND w.id = ANY($2::uuid[]) AND (p.verdict IS NOT NULL OR p.admin_state <> 'active')`,
      [db.tenantId, ids],
    );
    return new Set(rows.map((row) => row.id));
  }
}
