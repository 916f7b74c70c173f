import type { Fqid, RoomId, ServerName, TenantId } from '@scaiwave/protocol';
import type { TenantContext } from '../tenants/index.js';

export type RoomType = 'group' | 'public' | 'dm' | 'incognito' | 'bridge' | 'sidekick';
export type RoomState = 'open' | 'archived' | 'closed';

/** A row of `rooms`. `last_seq` and `chain` are the host's head, or the position of a member's inbound lane. */
export interface RoomRow {
  tenant_id: TenantId;
  id: RoomId;
  host: ServerName;
  room_type: RoomType;
  scope_kind: string | null;
  name: string | null;
  topic: string | null;
  state: RoomState;
  creator: Fqid;
  is_public: boolean;
  hides_history: boolean;
  federation_enabled: boolean;
  dm_key: string | null;
  last_seq: number;
  chain: Buffer;
  lane_start_seq: number | null;
  lane_state: 'ok' | 'stopped';
  lane_error: Record<string, unknown> | null;
  out_seq: number;
  /** holes_wanted: an admin wants what the lane left out, too */
  backfill_state: 'none' | 'wanted' | 'running' | 'holes_wanted' | 'done';
  /** room_seq of the last checkpoint; 0: none yet */
  checkpoint_seq: number;
  in_sync_at: Date | null;
  /** places of the lane that never came: the host gave them up */
  missing_count: number;
  created_at: Date;
}

/** A room whose row this transaction holds: only it may give or accept places in the room's order. */
export interface LockedRoom {
  row: RoomRow;
  tenant: TenantContext;
  /** does this tenant's server order the room? */
  isHost: boolean;
  /** servers to which a lane of the room goes, null for one that takes nothing now; of many only some */
  lanes: ReadonlyArray<ServerName | null>;
  /** did a lane begin or end in this transaction? */
  hasLaneNews: boolean;
}
