import createClient, { type Middleware } from 'openapi-fetch';
import { errorSentence } from '../texts/errors.js';
import type { paths } from './generated.js';
import type { ApiProblem } from './types.js';

/** Every refusal of the API, and every failure to reach it (`SW_OFFLINE`, status 0), as one type. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: ApiProblem;
  readonly status: number;

  constructor(status: number, problem: ApiProblem) {
    super(errorSentence(problem.code, problem.message));
    this.status = status;
    this.problem = problem;
  }
}

/** Called when a request finds that the session is gone, so that the app can go to the login page. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export function csrfToken(): string {
  const cookie = document.cookie.split('; ').find((part) => part.startsWith('sw_csrf='));
  return cookie ? decodeURIComponent(cookie.slice('sw_csrf='.length)) : '';
}

export async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message?: string; details?: { by?: string; field?: string; servers?: string[]; limit_bytes?: number } } };
    return { code: error.code, message: error.message, by: error.details?.by ?? null, field: error.details?.field, choices: error.details?.servers, limitBytes: error.details?.limit_bytes };
  } catch {
    return { code: response.status >= 500 ? 'SW_UNAVAILABLE' : 'SW_INTERNAL' };
  }
}

const refusalsThrow: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-CSRF-Token', csrfToken());
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const problem = await problemOf(response);
    if (response.status === 401 && problem.code.startsWith('SW_AUTH_')) onSignedOut();
    throw new ApiError(response.status, problem);
  },
  onError({ error, request }) {
    return request.signal.aborted ? (error as Error) : new ApiError(0, { code: 'SW_OFFLINE' });
  },
};

/** The client API, typed by its description; resolves only on success and rejects with {@link ApiError}. */
export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' });
api.use(refusalsThrow);

interface Answer<Data> {
  data?: { data: Data; meta?: Record<string, unknown> };
}

/** What an answer carries, without its envelope. */
export async function dataOf<Data>(answer: Promise<Answer<Data>>): Promise<Data> {
  const { data: envelope } = await answer;
  // A success without the documented body comes from something between us and the API.
  if (!envelope) throw new ApiError(0, { code: 'SW_UNAVAILABLE' });
  return envelope.data;
}

/** One page of a list, with what its envelope says of the whole. */
export async function pageOf<Item>(answer: Promise<Answer<Item[]>>): Promise<{ items: Item[]; total: number | null; hasMore: boolean }> {
  const { data: envelope } = await answer;
  if (!envelope) throw new ApiError(0, { code: 'SW_UNAVAILABLE' });
  const { total, has_more: hasMore } = envelope.meta ?? {};
  return { items: envelope.data, total: typeof total === 'number' ? total : null, hasMore: hasMore === true };
}

/** All pages of a list that counts by `offset` and says its `total`. */
export async function listAll<Item>(page: (offset: number) => Promise<Answer<Item[]>>): Promise<Item[]> {
  const items: Item[] = [];
  for (;;) {
    const { data: envelope } = await page(items.length);
    const found = envelope?.data ?? [];
    items.push(...found);
    if (found.length === 0 || items.length >= Number(envelope?.meta?.total ?? 0)) return items;
  }
}

/** What went wrong, whatever was thrown. */
export function problemFrom(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem;
  return { code: 'SW_INTERNAL' };
}

/** A random UUID (v4); `crypto.randomUUID` is missing on plain-http origins. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
