import { mediaIdSchema, serverNameSchema } from '@scaiwave/protocol';
import { z } from 'zod';
import { defineEndpoint } from '../http/endpoint.js';
import { UPLOAD_PATH } from '../http/raw-bodies.js';

const tag = 'media';
const params = z.strictObject({ media_id: mediaIdSchema });
const query = z.strictObject({ server: serverNameSchema.optional().describe('whose id it is: the `origin` of the message; without it, this server’s own come first') });

export const mediaSchema = z.object({
  media_id: z.string(), origin: z.string(), file_name: z.string(), mime_type: z.string().describe('by the bytes; application/octet-stream for what is only to be saved'),
  size: z.int(), sha256: z.string(), width: z.int().nullable(), height: z.int().nullable(), thumbnail_id: z.string().nullable(), created_at: z.iso.datetime(),
}).meta({ id: 'Media' });

export const uploadMedia = defineEndpoint({
  method: 'POST', path: UPLOAD_PATH, summary: 'Takes a file, with a small picture of it where the client made one; it is removed after a day unless it is posted', tag, status: 201, response: mediaSchema,
  form: z.strictObject({ file: z.file(), thumbnail: z.file().optional().describe('PNG, JPEG, GIF or WebP, at most 1000 × 1000 and 256 KiB'), tenant_scope: z.string().optional().describe('ignored: a file is of the tenant that Host selects') }),
});
export const getLimits = defineEndpoint({
  method: 'GET', path: '/v1/media/limits', summary: 'How large a file may be, and how much of one’s quota is used', tag,
  response: z.object({ max_bytes: z.int(), quota_bytes: z.int(), used_bytes: z.int() }),
});
export const getMediaInfo = defineEndpoint({ method: 'GET', path: '/v1/media/:media_id/info', summary: 'What a file is; one of another server is fetched first', tag, params, query, response: mediaSchema });
export const downloadMedia = defineEndpoint({ method: 'GET', path: '/v1/media/download/:media_id', summary: 'A file that one uploaded, or that was posted in a room that one is in; takes Range', tag, params, query, isFile: true });
export const downloadThumbnail = defineEndpoint({ method: 'GET', path: '/v1/media/download/:media_id/thumbnail', summary: 'The small picture of a file', tag, params, query, isFile: true });
