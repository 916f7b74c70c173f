import type { ErrorCode, ServerName } from '@scaiwave/protocol';
import type { Membership } from '../members/member-row.js';
import { decideFederation } from '../rooms/decide-federation.js';
import type { RoomRow } from '../rooms/room-row.js';
import type { Capacity } from './foreign-capacity.js';

/** Why this server will not invite. `rule` is the exact reason, for our own admins. */
export interface InvitingRefusal {
  allowed: false;
  code: ErrorCode;
  rule?: string;
  field?: string;
  /** the server whose doing it is; else ours */
  by?: ServerName;
}
export type InvitingVerdict = { allowed: true } | InvitingRefusal;
type Peering = { allowed: true } | { allowed: false; code: ErrorCode; rule?: string; by?: ServerName };

export interface InvitingFacts {
  room: RoomRow;
  ownServer: ServerName;
  inviteeServer: ServerName;
  /** did a person at another server ask us, the host, to invite? */
  isAskedFor: boolean;
  /** is the invitee the other person of this DM? */
  isDmPartner: boolean;
  /** what policy says of every server that would have to take part, the first refusal first */
  peerings: readonly Peering[];
  membership: Membership | null;
  /** the limits that bear on the invitee, joined and live invited people counted */
  capacities: readonly Capacity[];
}

/** Own-side checks of an invitation, in order: the first that fails is the answer. */
export function decideInviting(facts: InvitingFacts): InvitingVerdict {
  for (const check of CHECKS) {
    const refusal = check(facts);
    if (refusal) return refusal;
  }
  return { allowed: true };
}

type Check = (facts: InvitingFacts) => InvitingRefusal | null;

const CHECKS: readonly Check[] = [
  refuseOwnPerson, //      somebody of this server is invited locally
  refuseRoomKind, //       incognito, bridge, sidekick, scoped and switched-off rooms never federate
  refuseThirdInDm, //      a DM has two people
  refuseFrozenRoom, //     archived or closed
  refusePeering, //        closed, blocked, not accepted
  refuseMembership, //     in the room already, or banned from it
  refuseCapacity, //       people foreign to us, pending ones included
];

function refuseOwnPerson({ room, ownServer, inviteeServer, isAskedFor }: InvitingFacts): InvitingRefusal | null {
  const isOwn = inviteeServer === ownServer && room.host === ownServer && !isAskedFor;
  return isOwn ? { allowed: false, code: 'SW_REQUEST_INVALID', field: 'fqid', rule: 'own_server' } : null;
}

function refuseRoomKind({ room }: InvitingFacts): InvitingRefusal | null {
  const verdict = decideFederation(room);
  return verdict.allowed ? null : { allowed: false, code: verdict.code, rule: 'room' };
}

function refuseThirdInDm({ room, isDmPartner }: InvitingFacts): InvitingRefusal | null {
  return room.room_type === 'dm' && !isDmPartner ? { allowed: false, code: 'SW_ROOM_TYPE_INVARIANT', rule: 'dm' } : null;
}

function refuseFrozenRoom({ room }: InvitingFacts): InvitingRefusal | null {
  return room.state === 'open' ? null : { allowed: false, code: 'SW_ROOM_FROZEN', rule: room.state };
}

function refusePeering({ peerings }: InvitingFacts): InvitingRefusal | null {
  const refused = peerings.find((peering) => !peering.allowed);
  return refused && !refused.allowed ? { allowed: false, code: refused.code, rule: refused.rule, by: refused.by } : null;
}

function refuseMembership({ membership }: InvitingFacts): InvitingRefusal | null {
  if (membership === 'join') return { allowed: false, code: 'SW_FED_ALREADY_MEMBER' };
  return membership === 'ban' ? { allowed: false, code: 'SW_ROOM_FORBIDDEN', rule: 'banned' } : null;
}

function refuseCapacity({ capacities }: InvitingFacts): InvitingRefusal | null {
  const full = capacities.find(({ count, limit }) => count >= limit);
  return full ? { allowed: false, code: 'SW_ROOM_CAPACITY', rule: full.rule } : null;
}
