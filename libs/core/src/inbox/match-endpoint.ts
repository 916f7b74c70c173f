import { ENDPOINTS, type EndpointName } from '@scaiwave/protocol';

/** The endpoints this server answers; the others of the table are not supported yet and so not published. */
export const SERVED_ENDPOINTS = ['send', 'profile', 'members', 'backfill', 'directory', 'media', 'status'] as const satisfies EndpointName[];
export type ServedEndpoint = (typeof SERVED_ENDPOINTS)[number];

export interface EndpointMatch {
  name: ServedEndpoint;
  /** the template's variables, percent-decoded */
  values: Record<string, string>;
  query: URLSearchParams;
}

export type EndpointResult = { kind: 'match'; match: EndpointMatch } | { kind: 'unknown' } | { kind: 'wrong_method'; allow: string };

const ROUTES = SERVED_ENDPOINTS.map((name) => ({
  name,
  method: name === 'send' ? 'POST' : 'GET',
  pattern: new RegExp(`^${ENDPOINTS[name].replaceAll(/\{([a-z_]+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Which endpoint a request is for; the path decides before the method. */
export function matchEndpoint(method: string, target: string): EndpointResult {
  const cut = target.indexOf('?');
  const path = cut === -1 ? target : target.slice(0, cut);
  for (const route of ROUTES) {
    const values = decodeValues(route.pattern.exec(path));
    if (!values) continue;
    if (route.method !== method) return { kind: 'wrong_method', allow: route.method };
    return { kind: 'match', match: { name: route.name, values, query: new URLSearchParams(cut === -1 ? '' : target.slice(cut + 1)) } };
  }
  return { kind: 'unknown' };
}

function decodeValues(found: RegExpExecArray | null): Record<string, string> | null {
  if (!found) return null;
  try {
    return Object.fromEntries(Object.entries(found.groups ?? {}).map(([key, value]) => [key, decodeURIComponent(value)]));
  } catch {
    return null;
  }
}
