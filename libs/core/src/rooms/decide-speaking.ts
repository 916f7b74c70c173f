import { decidePower, EVENT_TYPES, type ErrorCode, type MemberContent, type Person, type RoomState } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { MemberRow } from '../members/member-row.js';
import type { RoomRow } from './room-row.js';

/** What somebody wants to say, with the facts that the rules rest on. */
export interface Intent {
  room: Pick<RoomRow, 'state' | 'host'>;
  member: Pick<MemberRow, 'fqid' | 'membership' | 'power_level'>;
  type: string;
  content: object;
  /** milliseconds since the epoch */
  now: number;
  /** the event or the person it is about */
  about?: {
    event?: Pick<EventRow, 'type' | 'sender' | 'origin_ts' | 'redacted_by'>;
    target?: Pick<MemberRow, 'membership' | 'power_level'> | null;
  };
}

/** May this local member say this? The host's rules, plus what only a room's own server may do; the host of a foreign room decides again. */
export function decideSpeaking(intent: Intent): { allowed: true } | { allowed: false; code: ErrorCode } {
  const { room, member, type, about } = intent;
  const isHostsOwn = member.fqid.endsWith(`:${room.host}`);
  if (type === EVENT_TYPES.state && !isHostsOwn) return { allowed: false, code: 'SW_ROOM_FORBIDDEN' };
  const target = about?.event;
  return decidePower({
    // Bringing in somebody who is not there, without power, is every member's right: the room's rules see a plain member's act.
    type: isAddition(intent) ? EVENT_TYPES.message : type,
    actor: personOf(member.fqid, member),
    roomState: room.state,
    originTs: intent.now,
    target: target && { type: target.type, author: target.sender, originTs: target.origin_ts, isRedacted: target.redacted_by !== null },
    ...(type === EVENT_TYPES.member ? membershipOf(intent.content as MemberContent, about?.target ?? null) : {}),
    ...(type === EVENT_TYPES.state ? { nextState: (intent.content as { state: RoomState }).state } : {}),
  });
}

function isAddition({ type, content, about }: Intent): boolean {
  const change = content as Partial<MemberContent>;
  return type === EVENT_TYPES.member && change.membership === 'join' && change.power_level === undefined && about?.target?.membership !== 'join';
}

function membershipOf(content: MemberContent, target: Pick<MemberRow, 'membership' | 'power_level'> | null) {
  return {
    subject: personOf(content.fqid, target),
    change: { membership: content.membership, ...(content.power_level === undefined ? {} : { powerLevel: content.power_level }) },
  };
}

function personOf(fqid: Person['fqid'], row: Pick<MemberRow, 'membership' | 'power_level'> | null): Person {
  return { fqid, membership: row?.membership ?? null, powerLevel: row?.membership === 'join' ? row.power_level : 0 };
}
