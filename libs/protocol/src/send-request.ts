import { z } from 'zod';
import { firstIssue } from './event-content.js';
import { hashSchema, uuidSchema } from './ids.js';
import { LIMITS } from './limits.js';
import { isJsonObject, jsonDepthOf } from './strict-json.js';

const objectSchema = z.custom<Record<string, unknown>>(isJsonObject, 'must be an object');

/** Body of `POST …/send`. Entries are parsed one by one, so that one bad event never fails its batch. */
export const sendRequestSchema = z.looseObject({
  batch_id: z.string().min(1).max(128),
  events: z.array(objectSchema),
  /** Absent means none. What is no valid ephemeral is dropped silently, so nothing but a list is asked here. */
  ephemeral: z.array(z.unknown()).default([]),
});
export type SendRequest = z.infer<typeof sendRequestSchema>;

export type ParsedSendRequest =
  { ok: true; request: SendRequest } | { ok: false; code: 'SW_CONTENT_TOO_LARGE' | 'SW_FED_REQUEST_INVALID'; reason: string };

/** Parses the bytes of a JSON document whose depth and size were checked; null when they are no UTF-8 JSON. */
export function parseJsonBytes(bytes: Uint8Array): { value: unknown } | null {
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)) };
  } catch {
    return null;
  }
}

/** Parses the (gunzipped) bytes of a send request. Ephemerals beyond the first 100 are dropped, as wrong ones are. */
export function parseSendRequest(bytes: Uint8Array): ParsedSendRequest {
  if (bytes.length > LIMITS.bodyBytes) return { ok: false, code: 'SW_CONTENT_TOO_LARGE', reason: 'body over 1 MiB' };
  if (jsonDepthOf(bytes, LIMITS.jsonDepth) > LIMITS.jsonDepth) return invalid(`nested deeper than ${LIMITS.jsonDepth}`);
  const json = parseJsonBytes(bytes);
  if (!json) return invalid('body is not JSON');
  const result = sendRequestSchema.safeParse(json.value);
  if (!result.success) return invalid(firstIssue(result.error));
  const request = result.data;
  if (request.events.length > LIMITS.batchEvents) {
    return { ok: false, code: 'SW_CONTENT_TOO_LARGE', reason: `over ${LIMITS.batchEvents} events` };
  }
  return { ok: true, request: { ...request, ephemeral: request.ephemeral.slice(0, LIMITS.batchEphemerals) } };
}

function invalid(reason: string): ParsedSendRequest {
  return { ok: false, code: 'SW_FED_REQUEST_INVALID', reason };
}

const resultBase = { id: uuidSchema.nullable(), code: z.string().optional(), room_seq: z.int().min(1).optional(), chain: hashSchema.optional(), expected_seq: z.int().min(1).optional() };

/** The answer for one event. `stored` = committed to the receiver's database. */
export const eventResultSchema = z.looseObject({ ...resultBase, status: z.enum(['stored', 'duplicate', 'rejected']) });
export type EventResult = z.infer<typeof eventResultSchema>;

/** Body of a 200 of `POST …/send`: `results[i]` is for `events[i]`; `credit` = events that the receiver will take now. */
export const sendResponseSchema = z.looseObject({
  data: z.looseObject({ results: z.array(eventResultSchema), credit: z.int().min(0).optional() }),
});
export type SendResponse = z.infer<typeof sendResponseSchema>;

