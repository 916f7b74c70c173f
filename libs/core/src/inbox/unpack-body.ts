import { gunzipSync } from 'node:zlib';
import { EVENT_TYPES, decodeJws, LIMITS, parseSendRequest } from '@scaiwave/protocol';
import type { Refusal } from './raw-request.js';

/** Media types and codings that a body may come in. Parameters of the media type are ignored. */
export function decideBodyForm(contentType: string | undefined, contentEncoding: string | undefined): Refusal | null {
  const media = contentType?.split(';')[0]?.trim().toLowerCase();
  if (media !== 'application/json') return { code: 'SW_UNSUPPORTED_MEDIA_TYPE', reason: `content-type ${media ?? 'missing'}` };
  const coding = codingOf(contentEncoding);
  return coding === 'identity' || coding === 'gzip' ? null : { code: 'SW_UNSUPPORTED_MEDIA_TYPE', reason: `content-encoding ${coding}` };
}

function codingOf(contentEncoding: string | undefined): string {
  return contentEncoding?.trim().toLowerCase() ?? 'identity';
}

/** The body after its coding was undone; never more than the limit is unpacked. */
export function unpackBody(body: Buffer, contentEncoding: string | undefined): { ok: true; body: Buffer } | { ok: false; refusal: Refusal } {
  if (codingOf(contentEncoding) !== 'gzip') return { ok: true, body };
  try {
    return { ok: true, body: gunzipSync(body, { maxOutputLength: LIMITS.bodyBytes }) };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    return { ok: false, refusal: isTooLarge ? { code: 'SW_CONTENT_TOO_LARGE', reason: 'over 1 MiB after gunzip' } : { code: 'SW_FED_REQUEST_INVALID', reason: 'the body is no gzip' } };
  }
}

const FAREWELL_BYTES = 16_384;

/** Does this body, which nobody has verified yet, carry nothing but `swp.peer.severed`? Small ones only. */
export function isFarewell(body: Buffer, contentEncoding: string | undefined): boolean {
  if (body.length > FAREWELL_BYTES) return false;
  const unpacked = unpackBody(body, contentEncoding);
  const parsed = unpacked.ok && unpacked.body.length <= FAREWELL_BYTES ? parseSendRequest(unpacked.body) : null;
  if (!parsed?.ok || parsed.request.events.length === 0) return false;
  return parsed.request.events.every((entry) => {
    const event = decodeJws(entry.jws);
    return event.ok && event.payload.type === EVENT_TYPES.peerSevered;
  });
}
