import { serializeDictionary, serializeInnerList, serializeItem, parseDictionary, type Dictionary, type InnerList, type Item, type Parameters } from 'structured-headers';

/** A request as it stood on the wire. `headers` keeps every occurrence, in order. */
export interface WireRequest {
  readonly method: string;
  /** Origin form, exactly as sent: path and, where there is one, `?` and query. */
  readonly target: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Bytes as received, before any content decoding. */
  readonly body: Uint8Array;
  /** Only for `@scheme` and `@target-uri`; https unless said otherwise. */
  readonly scheme?: 'http' | 'https';
}

/** Every value of a header, whatever its case. */
export function headerValues(request: Pick<WireRequest, 'headers'>, name: string): string[] {
  return request.headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value.trim().replace(/[ \t]*\r?\n[ \t]+/g, ' '));
}

/** `@path`: as sent, never normalised (RFC 9421 §2.2.6). */
function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? target : target.slice(0, mark);
}

/** `@query`: with its `?`, which stands alone when there is no query (RFC 9421 §2.2.7). */
function queryOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? '?' : target.slice(mark);
}

function authorityOf(request: WireRequest): string | null {
  const [host, ...more] = headerValues(request, 'host');
  if (host === undefined || more.length > 0) return null;
  return host.toLowerCase().replace(request.scheme === 'http' ? /:80$/ : /:443$/, '');
}

const DERIVED: Readonly<Record<string, (request: WireRequest) => string | null>> = {
  '@method': (request) => request.method,
  '@path': (request) => pathOf(request.target),
  '@query': (request) => queryOf(request.target),
  '@request-target': (request) => request.target,
  '@authority': authorityOf,
  '@scheme': (request) => request.scheme ?? 'https',
  '@target-uri': (request) => {
    const authority = authorityOf(request);
    return authority === null ? null : `${request.scheme ?? 'https'}://${authority}${request.target}`;
  },
};

/** RFC 9421 §2.2.8: name and value re-encoded by the rules of application/x-www-form-urlencoded percent-encoding, once only. */
function queryParam(target: string, name: unknown): string | null {
  if (typeof name !== 'string') return null;
  const encode = (text: string) => encodeURIComponent(text).replace(/[!'()~*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const found = [...new URLSearchParams(queryOf(target).slice(1))].filter(([key]) => encode(key) === name);
  return found.length === 1 && found[0] ? encode(found[0][1]) : null;
}

function byteSequences(values: readonly string[]): string {
  return values.map((value) => `:${Buffer.from(value, 'latin1').toString('base64')}:`).join(', ');
}

function structured(values: readonly string[], key: unknown): string | null {
  const dictionary = parseDictionary(values.join(', '));
  if (key === undefined) return serializeDictionary(dictionary);
  const member = typeof key === 'string' ? dictionary.get(key) : undefined;
  if (member === undefined) return null;
  return isInnerList(member) ? serializeInnerList(member) : serializeItem(member);
}

export function isInnerList(member: Item | InnerList): member is InnerList {
  return Array.isArray(member[0]);
}

function fieldValue(request: WireRequest, name: string, parameters: Parameters): string | null {
  const values = headerValues(request, name);
  if (values.length === 0) return null;
  if (parameters.has('bs')) return parameters.has('sf') || parameters.has('key') ? null : byteSequences(values);
  if (parameters.has('sf') || parameters.has('key')) return structured(values, parameters.get('key'));
  return values.join(', ');
}

const FIELD_PARAMETERS = new Set(['sf', 'key', 'bs']);

/** Value of one covered component; null when the request has none, or the component cannot be one of a request. */
function componentValue(request: WireRequest, [name, parameters]: Item): string | null {
  if (typeof name !== 'string' || name !== name.toLowerCase()) return null;
  if (name === '@query-param') return parameters.size === 1 ? queryParam(request.target, parameters.get('name')) : null;
  if (name.startsWith('@')) return parameters.size === 0 ? (DERIVED[name]?.(request) ?? null) : null;
  return [...parameters.keys()].every((key) => FIELD_PARAMETERS.has(key)) ? fieldValue(request, name, parameters) : null;
}

/** The signature base (RFC 9421 §2.5); null when a component is unknown, absent or named twice. */
export function buildSignatureBase(request: WireRequest, input: InnerList): string | null {
  const lines = new Map<string, string>();
  for (const item of input[0]) {
    const identifier = serializeItem(item);
    const value = componentValue(request, item);
    if (value === null || lines.has(identifier)) return null;
    lines.set(identifier, `${identifier}: ${value}`);
  }
  return [...lines.values(), `"@signature-params": ${serializeInnerList(input)}`].join('\n');
}

/** A structured-field dictionary from every occurrence of a header; null when absent or malformed. */
export function dictionaryHeader(request: WireRequest, name: string): Dictionary | null {
  const values = headerValues(request, name);
  if (values.length === 0) return null;
  try {
    return parseDictionary(values.join(', '));
  } catch {
    return null;
  }
}
