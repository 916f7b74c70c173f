import { Injectable } from '@nestjs/common';
import { EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom, type Floor } from '../rooms/speak-in-room.js';
import { EndInvitation } from './end-invitation.js';
import { InvitationStore } from './invitation.store.js';

/** Archives or closes a room, and withdraws its open invitations, which nobody could accept any more. Only the host's own people may. */
@Injectable()
export class FreezeRoom {
  constructor(
    private readonly speak: SpeakInRoom,
    private readonly store: InvitationStore,
    private readonly end: EndInvitation,
  ) {}

  /** Nothing new is said of a room that is in this state. @throws DomainError `SW_ROOM_NOT_FOUND`, `SW_ROOM_FORBIDDEN`, `SW_ROOM_FROZEN` for a closed one */
  run({ actor, roomId, state }: { actor: Actor; roomId: RoomId; state: 'archived' | 'closed' }): Promise<EventRow[]> {
    return this.speak.run({
      actor,
      roomId,
      compose: async (floor) => {
        if (floor.room.row.state === state) return [];
        if (floor.room.isHost) await this.withdrawAll(floor, actor);
        // The server says the state by itself: the protocol gives it no sender.
        return [{ type: EVENT_TYPES.state, content: { state }, isServerAct: true }];
      },
    });
  }

  private async withdrawAll({ tx, room }: Floor, actor: Actor): Promise<void> {
    const { tenant } = actor;
    for (const row of await this.store.lockLiveOfRoom(tx, room.row.id)) {
      await this.end.run(tx, { tenant, row, state: 'revoked', code: 'SW_ROOM_FROZEN', by: tenant.serverName, actor: actor.fqid, keepsRoom: true });
    }
  }
}
