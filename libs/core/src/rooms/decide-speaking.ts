import { EVENT_TYPES, type ErrorCode } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { MemberRow } from '../members/member-row.js';
import type { RoomRow } from './room-row.js';

/** What somebody wants to say, with the facts that the rules rest on. */
export interface Intent {
  room: Pick<RoomRow, 'state' | 'room_type' | 'host'>;
  member: Pick<MemberRow, 'fqid' | 'membership' | 'power_level'>;
  type: string;
  content: object;
  /** milliseconds since the epoch */
  now: number;
  /** the event or the person it is about */
  about?: { event?: Pick<EventRow, 'sender' | 'origin_ts' | 'redacted_by'>; target?: Pick<MemberRow, 'fqid' | 'membership' | 'power_level'> | null };
}

type Decision = { allowed: true } | { allowed: false; code: ErrorCode };
const ALLOWED: Decision = { allowed: true };
const refuse = (code: ErrorCode): Decision => ({ allowed: false, code });

const EDIT_WINDOW_MS = 24 * 3_600_000;
const MODERATOR = 50;
const SAID_WHEN_FROZEN: readonly string[] = [EVENT_TYPES.member, EVENT_TYPES.redaction, EVENT_TYPES.checkpoint];

/** May this member say this? The same rules for our own people and for those of other servers in rooms that we order. */
export function decideSpeaking(intent: Intent): Decision {
  for (const check of [isInRoom, isRoomOpen, hasPowerForType]) {
    const decision = check(intent);
    if (!decision.allowed) return decision;
  }
  return ALLOWED;
}

function isInRoom({ member }: Intent): Decision {
  return member.membership === 'join' ? ALLOWED : refuse('SW_NOT_MEMBER');
}

function isRoomOpen({ room, type }: Intent): Decision {
  if (room.state === 'open' || SAID_WHEN_FROZEN.includes(type)) return ALLOWED;
  return room.state === 'archived' && type === EVENT_TYPES.state ? ALLOWED : refuse('SW_ROOM_FROZEN');
}

function hasPowerForType(intent: Intent): Decision {
  const { member, type, about, now } = intent;
  const isModerator = member.power_level >= MODERATOR;
  switch (type) {
    case EVENT_TYPES.messageEdit:
      if (about?.event?.sender !== member.fqid) return refuse('SW_ROOM_FORBIDDEN');
      return now - about.event.origin_ts <= EDIT_WINDOW_MS ? ALLOWED : refuse('SW_EVENT_TOO_OLD_TO_EDIT');
    case EVENT_TYPES.redaction:
      return isModerator || about?.event?.sender === member.fqid ? ALLOWED : refuse('SW_REDACT_FORBIDDEN');
    case EVENT_TYPES.name:
    case EVENT_TYPES.topic:
      return isModerator ? ALLOWED : refuse('SW_ROOM_FORBIDDEN');
    case EVENT_TYPES.state:
      return member.power_level >= 100 && member.fqid.endsWith(`:${intent.room.host}`) ? ALLOWED : refuse('SW_ROOM_FORBIDDEN');
    case EVENT_TYPES.member:
      return decideMembership(intent);
    default:
      return ALLOWED;
  }
}

/** Kick, ban and unban: power 50, and more than the person's. Leaving is free; joins are the host's own affair. */
function decideMembership({ member, content, about }: Intent): Decision {
  const change = content as { fqid?: string; membership?: string };
  if (change.fqid === member.fqid && change.membership === 'leave') return ALLOWED;
  if (change.membership === 'join') return ALLOWED;
  const targetPower = about?.target?.membership === 'join' ? about.target.power_level : 0;
  return member.power_level >= MODERATOR && member.power_level > targetPower ? ALLOWED : refuse('SW_ROOM_FORBIDDEN');
}
