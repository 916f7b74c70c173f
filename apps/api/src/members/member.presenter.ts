import type { MemberRow, ParticipantRow } from '@scaiwave/core';
import { z } from 'zod';
import { participantSchema, presentParticipant } from './participant.presenter.js';

export const memberSchema = z.object({
  participant_id: z.string(), membership: z.enum(['join', 'leave', 'ban']), power_level: z.int(), joined_at: z.iso.datetime().nullable(),
  notification_mode: z.string(), muted_until: z.iso.datetime().nullable(), response_mode: z.null(), participant: participantSchema,
});
export type MemberJson = z.infer<typeof memberSchema>;

export function presentMembers(members: readonly MemberRow[], people: readonly ParticipantRow[]): MemberJson[] {
  const byId = new Map(people.map((person) => [person.id, person]));
  return members.flatMap((member) => {
    const person = byId.get(member.participant_id);
    if (!person) return [];
    return {
      participant_id: member.participant_id,
      membership: member.membership,
      power_level: member.power_level,
      joined_at: member.joined_at?.toISOString() ?? null,
      notification_mode: member.notification_mode,
      muted_until: member.muted_until?.toISOString() ?? null,
      response_mode: null,
      participant: presentParticipant(person),
    };
  });
}
