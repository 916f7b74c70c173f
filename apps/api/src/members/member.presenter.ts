import type { MemberRow, ParticipantRow } from '@scaiwave/core';
import { z } from 'zod';
import { participantSchema, presentParticipant } from './participant.presenter.js';

export const membershipSchema = z.enum(['join', 'leave', 'ban']);
export const notificationModeSchema = z.enum(['all', 'mentions', 'none', 'inherit']);

export const memberSchema = z.object({
  participant_id: z.string(), membership: membershipSchema, power_level: z.int(), joined_at: z.iso.datetime().nullable(),
  notification_mode: notificationModeSchema, muted_until: z.iso.datetime().nullable(), response_mode: z.null(), participant: participantSchema,
}).meta({ id: 'Member' });
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
