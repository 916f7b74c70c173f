import { EVENT_TYPES } from './events.js';
import type { RoomState } from './event-content.js';
import type { Fqid } from './ids.js';
import { LIMITS } from './limits.js';
import { ALLOWED, denied, type Verdict } from './sender.js';

export type Membership = 'join' | 'leave' | 'ban' | 'invite' | 'knock';

/** A person in the room, as the host knows them; `membership` null = never there. */
export interface Person {
  readonly fqid: Fqid;
  readonly membership: Membership | null;
  readonly powerLevel: number;
}

export interface PowerInput {
  readonly type: string;
  /** Who acts: the sender; for a leave without sender the person who leaves; null only when the host acts by itself. */
  readonly actor: Person | null;
  readonly roomState: RoomState;
  readonly originTs: number;
  /** The event named by `content.event_id` of an edit, redaction or reaction; null when it is not in this room. */
  readonly target?: { readonly type: string; readonly author: Fqid | null; readonly originTs: number; readonly isRedacted: boolean } | null;
  /** For `.member`: the person it is about, and what it says. */
  readonly subject?: Person;
  readonly change?: { readonly membership: 'join' | 'leave' | 'ban'; readonly powerLevel?: number };
  /** For `.state`: the new state. */
  readonly nextState?: RoomState;
}

export type PowerCode = 'SW_NOT_MEMBER' | 'SW_ROOM_FROZEN' | 'SW_EVENT_NOT_FOUND' | 'SW_EVENT_TOO_OLD_TO_EDIT' | 'SW_REDACT_FORBIDDEN' | 'SW_ROOM_FORBIDDEN';
export type PowerVerdict = Verdict<PowerCode>;

/** The host's checks of one event before it is sequenced: membership, state of the room, references, author, power, age. */
export function decidePower(input: PowerInput): PowerVerdict {
  const { actor, type } = input;
  if (actor && actor.membership !== 'join') return denied('SW_NOT_MEMBER', `${actor.fqid} is not in the room`);
  if (isFrozen(input)) return denied('SW_ROOM_FROZEN', `the room is ${input.roomState}`);
  if (!actor) return ALLOWED;
  return (CHECKS[type] ?? anyMember)(input, actor);
}

/** May an event of this type be sequenced in a room of this state? */
function isFrozen({ roomState, type, nextState }: PowerInput): boolean {
  if (roomState === 'open') return false;
  if (type === EVENT_TYPES.state) return roomState === 'closed' || nextState === 'archived';
  return type !== EVENT_TYPES.member && type !== EVENT_TYPES.redaction && type !== EVENT_TYPES.checkpoint;
}

type Check = (input: PowerInput, actor: Person) => PowerVerdict;
const anyMember: Check = () => ALLOWED;

const moderator: Check = (_, actor) =>
  actor.powerLevel >= LIMITS.moderatorPower ? ALLOWED : denied('SW_ROOM_FORBIDDEN', `needs power level ${LIMITS.moderatorPower}`);

const owner: Check = (_, actor) =>
  actor.powerLevel >= LIMITS.ownerPower ? ALLOWED : denied('SW_ROOM_FORBIDDEN', `needs power level ${LIMITS.ownerPower}`);

const edit: Check = ({ target, originTs }, actor) => {
  if (target?.type !== EVENT_TYPES.message || target.isRedacted) return denied('SW_EVENT_NOT_FOUND', 'no such message');
  if (target.author !== actor.fqid) return denied('SW_ROOM_FORBIDDEN', 'only its author edits a message');
  return originTs - target.originTs <= LIMITS.editWindowMs ? ALLOWED : denied('SW_EVENT_TOO_OLD_TO_EDIT', 'the message is older than 24 hours');
};

const redaction: Check = ({ target }, actor) => {
  if (!target) return denied('SW_EVENT_NOT_FOUND', 'no such message');
  if (target.type !== EVENT_TYPES.message) return denied('SW_REDACT_FORBIDDEN', 'only messages are redacted');
  const may = target.author === actor.fqid || actor.powerLevel >= LIMITS.moderatorPower;
  return may ? ALLOWED : denied('SW_REDACT_FORBIDDEN', 'neither its author nor a moderator');
};

const reaction: Check = ({ target }) => (target?.type === EVENT_TYPES.message ? ALLOWED : denied('SW_EVENT_NOT_FOUND', 'no such message'));

const membership: Check = ({ subject, change }, actor) => {
  if (!subject || !change) return denied('SW_ROOM_FORBIDDEN', 'a membership without a person');
  const isSelf = subject.fqid === actor.fqid;
  if (change.membership === 'leave' && isSelf) return ALLOWED;
  if (change.membership === 'leave' && subject.membership !== 'join' && subject.membership !== 'ban') {
    return denied('SW_NOT_MEMBER', `${subject.fqid} is not in the room`);
  }
  if (change.membership === 'join') return power(subject, change.powerLevel ?? 0, actor);
  return outranks(actor, subject);
};

/** At least 50 and more than the target's; somebody who is not joined, banned ones too, counts as 0. */
function outranks(actor: Person, subject: Person): PowerVerdict {
  const other = subject.membership === 'join' ? subject.powerLevel : 0;
  const may = actor.powerLevel >= LIMITS.moderatorPower && actor.powerLevel > other;
  return may ? ALLOWED : denied('SW_ROOM_FORBIDDEN', 'needs power level 50, and more than the other person has');
}

/** Nobody gives more than they have, nor changes an equal; giving up one's own power is free. */
function power(subject: Person, level: number, actor: Person): PowerVerdict {
  if (level > actor.powerLevel) return denied('SW_ROOM_FORBIDDEN', 'nobody gives more power than they have');
  return subject.fqid === actor.fqid ? ALLOWED : outranks(actor, subject);
}

const CHECKS: Readonly<Record<string, Check>> = {
  [EVENT_TYPES.messageEdit]: edit,
  [EVENT_TYPES.redaction]: redaction,
  [EVENT_TYPES.reaction]: reaction,
  [EVENT_TYPES.reactionRemoved]: reaction,
  [EVENT_TYPES.member]: membership,
  [EVENT_TYPES.name]: moderator,
  [EVENT_TYPES.topic]: moderator,
  [EVENT_TYPES.state]: owner,
};

/** Is the event dated more than 60 s ahead of the receiver's clock? */
export function decideClock(originTs: number, nowMs: number): Verdict<'SW_FED_CLOCK'> {
  return originTs - nowMs > LIMITS.clockDriftMs ? denied('SW_FED_CLOCK', 'dated more than 60 s ahead') : ALLOWED;
}
