import { serverNameSchema, type ServerName } from '@scaiwave/protocol';
import { ANNOTATIONS } from '../kinds.js';

/** What an annotation asks for; a sentence when it cannot be understood. */
export type SeverRequest = { serverName: ServerName } | { problem: string };

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** `<serverName>@<RFC 3339 time>`: the time makes the value one that never acted before. */
export function parseSever(value: string): SeverRequest {
  const at = value.lastIndexOf('@');
  const [name, time] = at === -1 ? [value, ''] : [value.slice(0, at), value.slice(at + 1)];
  if (!RFC_3339.test(time) || Number.isNaN(Date.parse(time))) return { problem: `${ANNOTATIONS.sever} must be <serverName>@<time>, for example chat.partner.example@2027-01-31T12:00:00Z; "${shorten(value)}" has no such time. Nothing was severed.` };
  return nameOf(name, ANNOTATIONS.sever, 'Nothing was severed.');
}

/** `<serverName>`, with `@` and anything behind it where the same server is to be looked at once more. */
export function parseDryRun(value: string): SeverRequest {
  return nameOf(value.replace(/@.*$/, ''), ANNOTATIONS.severDryRun, 'Nothing was looked at.');
}

function nameOf(name: string, annotation: string, consequence: string): SeverRequest {
  const parsed = serverNameSchema.safeParse(name);
  return parsed.success ? { serverName: parsed.data } : { problem: `${annotation} names "${shorten(name)}", which is not a server_name such as chat.partner.example. ${consequence}` };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
