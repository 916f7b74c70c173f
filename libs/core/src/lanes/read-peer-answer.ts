import { errorBodySchema } from '@scaiwave/protocol';
import type { UnreachableReason } from '../peers/outbound/peer-client.js';

/** What became of one request to a peer. */
export type PeerAnswer =
  | { kind: 'delivered'; json: unknown }
  /** the request as a whole was refused; the same bytes would be refused again */
  | { kind: 'refused'; status: number; code: string; message: string }
  /** it is there and asked us to wait */
  | { kind: 'busy'; code: string; retryAfterMs: number | null }
  /** `mayHaveArrived`: the request left, and there is no answer that says whether it was taken */
  | { kind: 'unreachable'; reason: UnreachableReason; detail: string; mayHaveArrived?: boolean };

const MOST_RETRY_AFTER_MS = 3_600_000;

/** Reads an HTTP answer. Only its bytes are trusted to be there: form, status and headers may be anything. */
export function readPeerAnswer(answer: { status: number; headers: Record<string, string>; body: Buffer }, now: number): PeerAnswer {
  const { status, headers, body } = answer;
  const json = parseJson(body);
  if (status >= 200 && status < 300) {
    return json ? { kind: 'delivered', json: json.value } : { kind: 'unreachable', reason: 'bad_answer', detail: `a ${status} that is no JSON`, mayHaveArrived: true };
  }
  const { code, message } = readError(json?.value, status);
  const retryAfterMs = parseRetryAfter(headers['retry-after'], now);
  if (status === 429) return { kind: 'busy', code: code || 'SW_RATE_LIMIT_EXCEEDED', retryAfterMs };
  if (status === 503 && retryAfterMs !== null) return { kind: 'busy', code: code || 'SW_FED_TRY_LATER', retryAfterMs };
  if (status >= 500) return { kind: 'unreachable', reason: 'server_error', detail: `HTTP ${status} ${code}`.trim() };
  return { kind: 'refused', status, code: code || `HTTP_${status}`, message };
}

function readError(value: unknown, status: number): { code: string; message: string } {
  const parsed = errorBodySchema.safeParse(value);
  if (!parsed.success) return { code: '', message: `HTTP ${status}` };
  const { code, message = '' } = parsed.data.error;
  return { code: code.slice(0, 64), message: message.slice(0, 300) };
}

/** Seconds or a date (RFC 9110 §10.2.3), at most an hour; null when absent or unreadable. */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  const ms = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1_000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), MOST_RETRY_AFTER_MS);
}

function parseJson(body: Buffer): { value: unknown } | null {
  try {
    return { value: JSON.parse(body.toString('utf8')) };
  } catch {
    return null;
  }
}
