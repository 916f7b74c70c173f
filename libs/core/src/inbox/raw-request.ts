import type { Readable } from 'node:stream';
import { buildErrorBody, codeForPeer, ERROR_CATALOGUE, type ErrorCode } from '@scaiwave/protocol';

/** A federation request as it came, before anything of it is believed. */
export interface RawRequest {
  /** the Host header */
  host: string;
  method: string;
  /** path and query exactly as sent */
  target: string;
  /** in order, repeated ones repeated */
  headers: ReadonlyArray<readonly [string, string]>;
  /** as on the wire; of a longer body at most the limit and one byte more need be read */
  body: Buffer;
  /** address of the client, for the limit on strangers; absent on the in-process path */
  source?: string;
}

export interface RawResponse {
  status: number;
  headers: Record<string, string>;
  /** a stream where it may be large */
  body: string | Buffer | Readable;
}

/** Why a request is refused: the code is for the peer, the reason for our admin. */
export interface Refusal {
  code: ErrorCode;
  reason: string;
  retryAfterSeconds?: number;
  /** methods of the Allow header of a 405 */
  allow?: string;
}

/** `{data, meta?}` with status 200. */
export function buildAnswer(data: unknown, meta?: Record<string, unknown>): RawResponse {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(meta ? { data, meta } : { data }) };
}

/** `{error: {code, message}}` with the status of the code and the headers that go with it. */
export function buildRefusal(refusal: Refusal): RawResponse {
  const code = codeForPeer(refusal.code);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const { status } = ERROR_CATALOGUE[code];
  const retryAfter = refusal.retryAfterSeconds ?? (status === 503 || status === 429 ? 1 : undefined);
  if (retryAfter !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  if (refusal.allow) headers['allow'] = refusal.allow;
  return { status, headers, body: JSON.stringify(buildErrorBody(code)) };
}
