import type { Fqid, RoomId, ServerName, TenantId } from '@scaiwave/protocol';

export type Membership = 'join' | 'leave' | 'ban';
export type NotificationMode = 'all' | 'mentions' | 'none' | 'inherit';

/** A row of `members`: what the room's log says of a person, and that person's own settings where they are ours. */
export interface MemberRow {
  tenant_id: TenantId;
  room_id: RoomId;
  fqid: Fqid;
  participant_id: string;
  server_name: ServerName;
  membership: Membership;
  power_level: number;
  joined_at: Date | null;
  changed_by: Fqid | null;
  changed_at: Date;
  notification_mode: NotificationMode;
  muted_until: Date | null;
  last_read_event_id: string | null;
  last_read_at: Date | null;
}
