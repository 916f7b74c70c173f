import type { ErrorCode } from '@scaiwave/protocol';
import type { RoomRow } from './room-row.js';

const NEVER_FEDERATE = new Set(['incognito', 'bridge', 'sidekick']);

/** May this room have members of other servers at all? Incognito, bridge and sidekick rooms never, nor anything with a scope. */
export function decideFederation(room: Pick<RoomRow, 'room_type' | 'scope_kind' | 'federation_enabled' | 'state'>): { allowed: true } | { allowed: false; code: ErrorCode } {
  if (NEVER_FEDERATE.has(room.room_type) || room.scope_kind !== null) return { allowed: false, code: 'SW_ROOM_TYPE_INVARIANT' };
  if (!room.federation_enabled) return { allowed: false, code: 'SW_ROOM_FORBIDDEN' };
  if (room.state !== 'open') return { allowed: false, code: 'SW_ROOM_FROZEN' };
  return { allowed: true };
}
