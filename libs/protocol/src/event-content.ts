import { z } from 'zod';
import { EVENT_TYPES, isKnownType, type EventType } from './events.js';
import { callIdSchema, eventIdSchema, fqidSchema, hashSchema, inviteIdSchema, roomIdSchema, serverNameSchema, timestampSchema } from './ids.js';
import { LIMITS } from './limits.js';
import { isJsonObject, parseStrictJson } from './strict-json.js';

const emojiSchema = z.string().min(1).max(64);

/** A message. Documented msgtypes are swp.text, swp.code, swp.media, swp.system, swp.audio_transcript, swp.todo_change; others are kept. */
export const messageContentSchema = z.looseObject({
  msgtype: z.string().min(1).max(64),
  body: z.string(),
  reply_to_event_id: eventIdSchema.nullish(),
  mentions: z.array(fqidSchema).optional(),
});
export const messageEditContentSchema = z.looseObject({ event_id: eventIdSchema, new_content: messageContentSchema });
export const redactionContentSchema = z.looseObject({ event_id: eventIdSchema, reason: z.string().optional() });
export const reactionContentSchema = z.looseObject({ event_id: eventIdSchema, emoji: emojiSchema });
export const memberContentSchema = z.looseObject({
  fqid: fqidSchema,
  membership: z.enum(['join', 'leave', 'ban']),
  power_level: z.int().min(0).max(100).optional(),
  display_name: z.string().optional(),
  reason: z.string().optional(),
  invite_id: inviteIdSchema.optional(),
});
export const nameContentSchema = z.looseObject({ name: z.string() });
export const topicContentSchema = z.looseObject({ topic: z.string() });
export const callInviteContentSchema = z.looseObject({ call_id: callIdSchema, type: z.enum(['audio', 'video']), expires_at: timestampSchema });
export const callStateContentSchema = z.looseObject({ call_id: callIdSchema, state: z.string().min(1).max(64) });
export const roomStateSchema = z.enum(['open', 'archived', 'closed']);
export type RoomState = z.infer<typeof roomStateSchema>;
export const stateContentSchema = z.looseObject({ state: roomStateSchema });
export const checkpointContentSchema = z.looseObject({ room_seq: z.int().min(1), chain: hashSchema });
export const inviteContentSchema = z.looseObject({
  invite_id: inviteIdSchema,
  room: z.looseObject({
    id: roomIdSchema,
    name: z.string().nullish(),
    topic: z.string().nullish(),
    room_type: z.string().min(1).max(64),
    scope_kind: z.string().nullish(),
    host: serverNameSchema,
    servers: z.array(serverNameSchema).min(1),
  }),
  inviter: z.looseObject({ fqid: fqidSchema, display_name: z.string() }),
  invitee: fqidSchema,
  expires_at: timestampSchema,
});
export const inviteRequestContentSchema = z.looseObject({ invite_id: inviteIdSchema, invitee: fqidSchema });
export const inviteAnswerContentSchema = z.looseObject({ invite_id: inviteIdSchema });
/** `code` says why an invitation came to nothing, `by` which server said so: the host itself, or (default) the invitee's. */
export const inviteRevokedContentSchema = z.looseObject({ invite_id: inviteIdSchema, code: z.string().max(64).optional(), by: serverNameSchema.optional() });
/** A hint to fetch the descriptor again; never a source of keys, so its form is left open. */
export const serverKeysContentSchema = z.looseObject({ descriptor: z.unknown() });
export const peerSeveredContentSchema = z.looseObject({ reason: z.string().optional() });

const CONTENT_SCHEMAS = {
  [EVENT_TYPES.message]: messageContentSchema,
  [EVENT_TYPES.messageEdit]: messageEditContentSchema,
  [EVENT_TYPES.redaction]: redactionContentSchema,
  [EVENT_TYPES.reaction]: reactionContentSchema,
  [EVENT_TYPES.reactionRemoved]: reactionContentSchema,
  [EVENT_TYPES.member]: memberContentSchema,
  [EVENT_TYPES.name]: nameContentSchema,
  [EVENT_TYPES.topic]: topicContentSchema,
  [EVENT_TYPES.callInvite]: callInviteContentSchema,
  [EVENT_TYPES.callState]: callStateContentSchema,
  [EVENT_TYPES.state]: stateContentSchema,
  [EVENT_TYPES.checkpoint]: checkpointContentSchema,
  [EVENT_TYPES.invite]: inviteContentSchema,
  [EVENT_TYPES.inviteRequest]: inviteRequestContentSchema,
  [EVENT_TYPES.inviteDelivered]: inviteAnswerContentSchema,
  [EVENT_TYPES.inviteAccepted]: inviteAnswerContentSchema,
  [EVENT_TYPES.inviteDeclined]: inviteAnswerContentSchema,
  [EVENT_TYPES.inviteRevoked]: inviteRevokedContentSchema,
  [EVENT_TYPES.inviteExpired]: inviteAnswerContentSchema,
  [EVENT_TYPES.serverKeys]: serverKeysContentSchema,
  [EVENT_TYPES.peerSevered]: peerSeveredContentSchema,
} as const satisfies Record<EventType, z.ZodType>;

/** The content of each type. */
export type ContentOf<T extends EventType> = z.infer<(typeof CONTENT_SCHEMAS)[T]>;
export type MessageContent = z.infer<typeof messageContentSchema>;
export type MemberContent = z.infer<typeof memberContentSchema>;
export type InviteContent = z.infer<typeof inviteContentSchema>;
const unknownContentSchema = z.looseObject({});

/** The schema of a type's content; an unknown type's content may be any object. */
export function contentSchemaOf<T extends EventType>(type: T): (typeof CONTENT_SCHEMAS)[T];
export function contentSchemaOf(type: string): z.ZodType<Record<string, unknown>>;
export function contentSchemaOf(type: string): z.ZodType {
  return isKnownType(type) ? CONTENT_SCHEMAS[type] : unknownContentSchema;
}

export type ParsedContent<C = Record<string, unknown>> =
  { ok: true; content: C } | { ok: false; code: 'SW_CONTENT_TOO_LARGE' | 'SW_FED_EVENT_INVALID'; reason: string };

const encoder = new TextEncoder();

/** UTF-8 length of a text; what the 65,536-byte cap counts. */
export function utf8Length(text: string): number {
  return encoder.encode(text).length;
}

/** Parses the content text of an event: size, strict JSON, then the form that its type asks for. Unknown members are kept. */
export function parseContent<T extends EventType>(type: T, contentText: string): ParsedContent<ContentOf<T>>;
export function parseContent(type: string, contentText: string): ParsedContent;
export function parseContent(type: string, contentText: string): ParsedContent {
  if (contentText.length > LIMITS.contentBytes || utf8Length(contentText) > LIMITS.contentBytes) {
    return { ok: false, code: 'SW_CONTENT_TOO_LARGE', reason: `content is over ${LIMITS.contentBytes} bytes` };
  }
  const json = parseStrictJson(contentText);
  if (!json.ok) return invalid(`content: ${json.reason}`);
  if (!isJsonObject(json.value)) return invalid('content is not an object');
  const result = contentSchemaOf(type).safeParse(json.value);
  if (!result.success) return invalid(`content: ${firstIssue(result.error)}`);
  return { ok: true, content: json.value };
}

function invalid(reason: string): ParsedContent {
  return { ok: false, code: 'SW_FED_EVENT_INVALID', reason };
}

/** The first problem of a failed parse as `path: message`. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'invalid';
  return issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message;
}
