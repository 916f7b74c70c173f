import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';
import type { NotificationMode } from '../members/member-row.js';

/** A joined person of this server whom a message may notify. */
export interface Listener {
  room_id: string;
  fqid: Fqid;
  participant_id: string;
  notification_mode: NotificationMode;
  muted_until: Date | null;
  preferences: Record<string, unknown>;
}

interface Asked {
  roomId: string;
  mentions: readonly string[];
  /** both people of a direct conversation listen to all of it */
  isDm: boolean;
}

@Injectable()
export class ListenerStore {
  /** Those who are mentioned, who want all of the room, or who have words of their own; not everybody who is in it. */
  list(tx: Tx, asked: Asked): Promise<Listener[]> {
    return tx.together(listOfRooms, asked);
  }
}

async function listOfRooms(tx: Tx, asked: readonly Asked[]): Promise<Listener[][]> {
  const mentions = asked.flatMap(({ roomId, mentions: fqids }) => fqids.map((fqid) => ({ roomId, fqid })));
  const rows = await tx.query<Listener & Record<string, unknown>>(
    `WITH named AS (
       SELECT room_id, fqid FROM members WHERE tenant_id = $1 AND room_id = ANY($2::uuid[]) AND notification_mode = 'all' AND membership = 'join'
       UNION SELECT room_id, fqid FROM unnest($3::uuid[], $4::text[]) AS m (room_id, fqid)
       UNION SELECT room_id, fqid FROM members WHERE tenant_id = $1 AND room_id = ANY($5::uuid[])
       UNION SELECT r.room_id, p.fqid FROM participants p CROSS JOIN unnest($2::uuid[]) AS r (room_id)
         WHERE p.tenant_id = $1 AND (p.preferences -> 'default_mode' = '"all"' OR (p.preferences -> 'keyword_alerts') <> '[]'))
     SELECT m.room_id, m.fqid, m.participant_id, m.notification_mode, m.muted_until, p.preferences
     FROM named JOIN members m ON m.tenant_id = $1 AND m.room_id = named.room_id AND m.fqid = named.fqid AND m.membership = 'join'
       JOIN participants p ON p.tenant_id = $1 AND p.id = m.participant_id AND p.participant_type = 'human'`,
    [tx.tenantId, asked.map(({ roomId }) => roomId), mentions.map(({ roomId }) => roomId), mentions.map(({ fqid }) => fqid), asked.flatMap(({ roomId, isDm }) => (isDm ? [roomId] : []))],
  );
  const byRoom = Map.groupBy(rows, (row) => row.room_id);
  return asked.map(({ roomId }) => byRoom.get(roomId) ?? []);
}
