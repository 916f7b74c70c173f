import { isTimezone } from '@scaiwave/core';
import { uuidSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';

const tag = 'me';
/** HH:MM */
const clockTime = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'must be a time such as 22:00');
const presence = z.enum(['online', 'idle', 'busy', 'appear_offline', 'offline']);

export const preferencesSchema = z.strictObject({
  locale: z.enum(['en', 'nl', 'de']), timezone: z.string().max(64).refine(isTimezone, 'no time zone that this server knows, such as Europe/Amsterdam'), time_format: z.enum(['12h', '24h']), default_mode: z.enum(['all', 'mentions', 'none']),
  quiet_hours: z.strictObject({ enabled: z.boolean(), start: clockTime, end: clockTime, weekdays_only: z.boolean(), weekends_only: z.boolean() }),
  keyword_alerts: z.array(z.string().trim().min(1).max(100)).max(50), read_marker_mode: z.enum(['leave', 'scroll']), push: z.boolean(), email: z.boolean(), email_address: z.string().max(320).nullable(),
});

export const getMe = defineEndpoint({
  method: 'GET', path: '/v1/me', summary: 'Who I am here', tag,
  response: z.object({
    participant_id: z.string(), local_id: z.string(), fqid: z.string(), display_name: z.string(), email: z.string().nullable(), avatar_url: z.string().nullable(), bio: z.string().nullable(),
    personal_workspace_id: z.null(), role: z.enum(['user', 'admin']), roles: z.array(z.string()), groups: z.array(z.string()), presence,
    tenant: z.object({ id: z.string(), slug: z.string(), name: z.string(), features: z.record(z.string(), z.boolean()) }), csrf_token: z.string().nullable(),
  }),
});
export const getPreferences = defineEndpoint({ method: 'GET', path: '/v1/me/preferences', summary: 'My preferences', tag, response: preferencesSchema });
export const setPreferences = defineEndpoint({ method: 'PUT', path: '/v1/me/preferences', summary: 'Changes the preferences that are named', tag, body: preferencesSchema.partial(), response: preferencesSchema });
export const setPresence = defineEndpoint({
  method: 'PUT', path: '/v1/me/presence', summary: 'Sets my presence; null is automatic', tag, status: 204, body: z.strictObject({ status: z.enum(['online', 'idle', 'busy', 'appear_offline']).nullable() }),
});
export const getPresence = defineEndpoint({
  method: 'GET', path: '/v1/presence', summary: 'Presence of people', tag: 'presence',
  query: z.strictObject({ ids: z.string().max(8_000).transform((ids) => ids.split(',').filter(Boolean)).pipe(z.array(uuidSchema).max(200)) }),
  response: z.record(z.string(), presence),
});
export const setTyping = defineEndpoint({ method: 'PUT', path: '/v1/typing', summary: 'I am typing, or not any more', tag: 'presence', status: 204, body: z.strictObject({ room_id: uuidSchema, typing: z.boolean() }) });
