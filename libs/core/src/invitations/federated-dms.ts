import { Injectable } from '@nestjs/common';
import type { Db, Tx } from '@scaiwave/database';
import type { Fqid } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { MemberStore } from '../members/member.store.js';
import type { Actor } from '../participants/index.js';
import { CreateRoom } from '../rooms/create-room.js';
import { dmKeyOf } from '../rooms/open-dm.js';
import type { RoomRow } from '../rooms/room-row.js';
import { RoomStore } from '../rooms/room.store.js';
import { stateAt, type InvitationRow } from './invitation-row.js';
import { InvitationStore } from './invitation.store.js';

/** How things stand between one of our people and somebody elsewhere. */
export type FederatedDm =
  | { kind: 'open'; room: RoomRow; invitation: InvitationRow | null }
  /** they have invited us: opening a DM with them is saying yes */
  | { kind: 'invited'; invitation: InvitationRow }
  /** a DM in which something was written, but whose invitation came to nothing */
  | { kind: 'alone'; room: RoomRow }
  | { kind: 'none'; left: RoomRow | null };

@Injectable()
export class FederatedDms {
  constructor(
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
    private readonly invitations: InvitationStore,
    private readonly createRoom: CreateRoom,
    private readonly clock: Clock,
  ) {}

  async find(db: Db, { actor, invitee }: { actor: Actor; invitee: Fqid }): Promise<FederatedDm> {
    const found = await this.rooms.findDm(db, dmKeyOf(actor.fqid, invitee));
    const me = found && (await this.members.findMember(db, found.id, actor.fqid));
    // A DM that one has left is over: the next one is a new room.
    const room = me && me.membership !== 'join' ? null : found;
    const isOurs = room?.host === actor.tenant.serverName;
    const invitation = room && (await this.invitations.findLatest(db, { roomId: room.id, invitee: isOurs ? invitee : actor.fqid }));
    if (room && (!isOurs || (await this.isSharedAtHost(db, { room, invitee, invitation })))) return { kind: 'open', room, invitation };
    const theirs = await this.invitations.listLiveDms(db, { inviter: invitee, invitee: actor.fqid });
    const live = theirs.find((row) => row.direction === 'in' && this.isLiveNow(row));
    if (live) return { kind: 'invited', invitation: live };
    return room ? { kind: 'alone', room } : { kind: 'none', left: found };
  }

  /** The room to invite to, made if there is none; calls for the same two people wait for each other. */
  async ensureRoom(tx: Tx, { actor, invitee }: { actor: Actor; invitee: Fqid }): Promise<FederatedDm> {
    const dmKey = dmKeyOf(actor.fqid, invitee);
    await this.invitations.lockPair(tx, dmKey);
    const found = await this.find(tx, { actor, invitee });
    if (found.kind !== 'none') return found;
    if (found.left) await this.invitations.releaseDmKey(tx, found.left.id);
    return { kind: 'alone', room: await this.createRoom.create(tx, { actor, roomType: 'dm', name: null, dmKey }) };
  }

  private async isSharedAtHost(db: Db, { room, invitee, invitation }: { room: RoomRow; invitee: Fqid; invitation: InvitationRow | null }): Promise<boolean> {
    const other = await this.members.findMember(db, room.id, invitee);
    return other?.membership === 'join' || (invitation !== null && this.isLiveNow(invitation));
  }

  private isLiveNow(row: InvitationRow): boolean {
    const state = stateAt(row, this.clock.now());
    return state === 'sending' || state === 'pending';
  }
}
