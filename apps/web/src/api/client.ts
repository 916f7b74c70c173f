import { errorSentence } from '../texts/errors.js';
import type { ApiProblem } from './types.js';

/** Every refusal of the API, and every failure to reach it (`SW_OFFLINE`), as one type. */
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

export interface Envelope<Data, Meta = unknown> {
  data: Data;
  meta?: Meta;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
type Query = Record<string, string | number | boolean | null | undefined>;
type Options = { query?: Query; body?: unknown; signal?: AbortSignal };

function csrfToken(): string {
  const cookie = document.cookie.split('; ').find((part) => part.startsWith('sw_csrf='));
  return cookie ? decodeURIComponent(cookie.slice('sw_csrf='.length)) : '';
}

function buildUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') params.set(key, String(value));
  }
  const text = params.toString();
  return text ? `${path}?${text}` : path;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const { error } = (await response.json()) as { error: { code: string; message?: string; details?: { by?: string; field?: string } } };
    return { code: error.code, message: error.message, by: error.details?.by ?? null, field: error.details?.field };
  } catch {
    return { code: response.status >= 500 ? 'SW_UNAVAILABLE' : 'SW_INTERNAL' };
  }
}

/** Called once when a request finds that the session is gone, so that the app can go to the login page. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function request(method: Method, path: string, options: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') headers['X-CSRF-Token'] = csrfToken();
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(buildUrl(path, options.query), {
      method,
      headers,
      credentials: 'same-origin',
      signal: options.signal,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ApiError(0, { code: 'SW_OFFLINE' });
  }
  if (response.ok) return response;
  const problem = await problemOf(response);
  if (response.status === 401 && problem.code.startsWith('SW_AUTH_')) onSignedOut();
  throw new ApiError(response.status, problem);
}

async function send<Data, Meta>(method: Method, path: string, options?: Options): Promise<Envelope<Data, Meta>> {
  const response = await request(method, path, options);
  if (response.status === 204) return { data: undefined as Data };
  return (await response.json()) as Envelope<Data, Meta>;
}

/** The API's five verbs; each resolves to the envelope and rejects with {@link ApiError}. */
export const api = {
  get: <Data, Meta = unknown>(path: string, query?: Query, signal?: AbortSignal) => send<Data, Meta>('GET', path, { query, signal }),
  post: <Data>(path: string, body: unknown = {}) => send<Data, unknown>('POST', path, { body }),
  put: <Data>(path: string, body: unknown = {}) => send<Data, unknown>('PUT', path, { body }),
  patch: <Data>(path: string, body: unknown = {}) => send<Data, unknown>('PATCH', path, { body }),
  delete: <Data>(path: string, body?: unknown) => send<Data, unknown>('DELETE', path, { body }),
};

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
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
