import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, parseFqid, type Fqid, type RoomId } from '@scaiwave/protocol';
import { Audit } from '../audit/index.js';
import { RoomLog } from '../events/room-log.js';
import type { Actor } from '../participants/index.js';
import type { LockedRoom, RoomRow } from '../rooms/room-row.js';
import { RoomStore } from '../rooms/room.store.js';
import type { InvitingRefusal } from './decide-inviting.js';
import { InvitingRules } from './inviting-rules.js';

export interface InviteCall {
  actor: Actor;
  roomId: RoomId;
  /** as the caller wrote it */
  fqid: string;
}

/** This side's checks of an invite call: before anything is asked of a peer, and again under the room's lock. */
@Injectable()
export class InviteCheck {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly rules: InvitingRules,
    private readonly log: RoomLog,
    private readonly audit: Audit,
  ) {}

  /**
   * @throws DomainError `SW_ROOM_NOT_FOUND` for strangers, `SW_FED_FQID_INVALID`, and the codes of `decideInviting` with `details.by: us`, or the server that has removed us.
   * What policy refuses, an admin finds in the audit log with the rule that decided.
   */
  async before(call: InviteCall): Promise<{ room: RoomRow; invitee: Fqid }> {
    const checked = await this.db.readTenant(call.actor.tenant.id, async (db) => {
      const room = await this.rooms.findMyRoom(db, { fqid: call.actor.fqid, roomId: call.roomId });
      if (room?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
      const invitee = parseFqid(call.fqid);
      return { room, invitee, verdict: await this.rules.decide(db, { tenant: call.actor.tenant, room, inviter: call.actor.fqid, invitee }) };
    });
    if (!checked.verdict.allowed) return this.refuse(call, checked.verdict);
    return checked;
  }

  /** The same for a DM whose room is not made yet. */
  async beforeRoomExists(dm: { actor: Actor; room: RoomRow; invitee: Fqid }): Promise<void> {
    const { actor, room, invitee } = dm;
    const verdict = await this.db.readTenant(actor.tenant.id, (db) => this.rules.decide(db, { tenant: actor.tenant, room, inviter: actor.fqid, invitee }));
    if (!verdict.allowed) await this.refuse({ actor, roomId: room.id, fqid: invitee }, verdict);
  }

  /** The same under the lock, where nothing can change any more until the commit. */
  async within(tx: Tx, call: InviteCall): Promise<LockedRoom> {
    const { actor } = call;
    const room = await this.log.lockRoom(tx, actor.tenant, call.roomId);
    const mine = await this.rooms.findMyRoom(tx, { fqid: actor.fqid, roomId: call.roomId });
    if (!room || mine?.membership !== 'join') throw new DomainError('SW_ROOM_NOT_FOUND');
    const verdict = await this.rules.decide(tx, { tenant: actor.tenant, room: room.row, inviter: actor.fqid, invitee: parseFqid(call.fqid) });
    if (!verdict.allowed) throw refusalOf(verdict);
    return room;
  }

  private async refuse(call: InviteCall, refusal: InvitingRefusal): Promise<never> {
    await this.db.forTenant(call.actor.tenant.id, (tx) =>
      this.audit.write(tx, {
        actor: call.actor.fqid,
        action: 'invitation.refused',
        subject: call.fqid,
        details: { room_id: call.roomId, code: refusal.code, by: refusal.by ?? 'us', rule: refusal.rule },
      }),
    );
    throw refusalOf(refusal);
  }
}

function refusalOf({ code, field, rule, by }: InvitingRefusal): DomainError {
  return new DomainError(code, { by: by ?? 'us', ...(field !== undefined && { field }), ...(rule !== undefined && { rule }) });
}
