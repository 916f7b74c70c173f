import { z } from 'zod';
import { callIdSchema, eventIdSchema, fqidSchema, hashSchema, localIdSchema, roomIdSchema, serverNameSchema, timestampSchema } from './ids.js';

/** One event of a backfill page; like a lane entry, without the room's id, which stands in the path. */
export const backfillEntrySchema = z.looseObject({
  jws: z.string(),
  content: z.string().optional(),
  redacted_by: eventIdSchema.optional(),
  room_seq: z.int().min(1),
  prev_seq: z.int().min(0),
  chain: hashSchema,
});
export type BackfillEntry = z.infer<typeof backfillEntrySchema>;

/** `GET …/rooms/{room_id}/backfill?from_seq=&limit=`: ascending, `from_seq` included. Entries are checked one by one. */
export const backfillResponseSchema = z.looseObject({
  data: z.array(z.record(z.string(), z.unknown())),
  meta: z.looseObject({ has_more: z.boolean() }),
});
export type BackfillResponse = z.infer<typeof backfillResponseSchema>;

/** A person, as their own server describes them. `avatar_url` is a media_id at that server, or null. */
export const profileSchema = z.looseObject({
  local_id: localIdSchema,
  server_name: serverNameSchema,
  fqid: fqidSchema,
  display_name: z.string(),
  participant_type: z.string(),
  avatar_url: z.string().nullable(),
  bio: z.string().nullish(),
});
export type Profile = z.infer<typeof profileSchema>;
export const profileResponseSchema = z.looseObject({ data: profileSchema });

export const memberEntrySchema = z.looseObject({
  fqid: fqidSchema,
  membership: z.enum(['join', 'ban']),
  power_level: z.int().min(0).max(100),
  joined_at: timestampSchema.nullable(),
  participant: profileSchema,
});
export type MemberEntry = z.infer<typeof memberEntrySchema>;
export const membersResponseSchema = z.looseObject({
  data: z.array(memberEntrySchema),
  meta: z.looseObject({ room_seq: z.int().min(0), name: z.string().nullable(), topic: z.string().nullable(), room_type: z.string() }),
});
export type MembersResponse = z.infer<typeof membersResponseSchema>;

export const directoryResponseSchema = z.looseObject({ data: z.array(profileSchema), meta: z.looseObject({}).optional() });
export type DirectoryResponse = z.infer<typeof directoryResponseSchema>;

export const callTokenRequestSchema = z.looseObject({ fqid: fqidSchema });
export const callTokenResponseSchema = z.looseObject({
  data: z.looseObject({ livekit_url: z.string(), livekit_token: z.string(), livekit_room: z.string(), call_id: callIdSchema.optional() }),
});
export type CallTokenResponse = z.infer<typeof callTokenResponseSchema>;

export const laneStatusSchema = z.looseObject({
  room_id: roomIdSchema.nullable(),
  direction: z.enum(['in', 'out']),
  acked_seq: z.int().min(0),
  state: z.enum(['ok', 'retry', 'paused', 'gap', 'stopped']),
});
/** What a server knows about the caller. Times in milliseconds; `clock` = the server's time when it answered. */
export const statusResponseSchema = z.looseObject({
  data: z.looseObject({
    server_name: serverNameSchema,
    last_seen: timestampSchema.nullable(),
    last_error: z.unknown(),
    clock: timestampSchema,
    lanes: z.array(laneStatusSchema),
  }),
});
export type StatusResponse = z.infer<typeof statusResponseSchema>;
