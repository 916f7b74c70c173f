import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { roomIdSchema, type MemberEntry } from '@scaiwave/protocol';
import { MemberStore } from '../../members/member.store.js';
import { ParticipantStore, type ParticipantRow } from '../../participants/index.js';
import { RoomStore } from '../../rooms/index.js';
import type { InboundRequest } from '../inbound-request.js';
import { buildAnswer, buildRefusal, type RawResponse } from '../raw-request.js';
import { presentProfile } from './present-profile.js';

const UNKNOWN = buildRefusal({ code: 'SW_ROOM_NOT_FOUND', reason: 'not theirs' });

/** `GET rooms/{room_id}/members`: only for a server with a member there. */
@Injectable()
export class ServeMembers {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly members: MemberStore,
    private readonly participants: ParticipantStore,
  ) {}

  async run({ tenant, origin, endpoint }: InboundRequest): Promise<RawResponse> {
    const roomId = roomIdSchema.safeParse(endpoint.values.room_id);
    if (!roomId.success) return UNKNOWN;
    return this.db.readTenant(tenant.id, async (db) => {
      const room = await this.rooms.findRoom(db, roomId.data);
      const isIn = room !== null && (await this.members.countJoined(db, { roomId: room.id, server: origin })) > 0;
      if (!isIn) return UNKNOWN;
      const members = (await this.members.listMembers(db, room.id)).filter((member) => member.membership !== 'leave');
      const people = new Map((await this.participants.listByIds(db, members.map((member) => member.participant_id))).map((person) => [person.id, person]));
      const data = members.flatMap((member) => {
        const person = people.get(member.participant_id);
        return person ? [presentMember(member, person)] : [];
      });
      return buildAnswer(data, { room_seq: room.last_seq, name: room.name, topic: room.topic, room_type: room.room_type });
    });
  }
}

function presentMember(member: { fqid: MemberEntry['fqid']; membership: string; power_level: number; joined_at: Date | null }, person: ParticipantRow): MemberEntry {
  const { fqid, membership, power_level } = member;
  return { fqid, membership: membership as 'join' | 'ban', power_level, joined_at: member.joined_at?.getTime() ?? null, participant: presentProfile(person) };
}
