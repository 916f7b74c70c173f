import type { ApiProblem, RoomEvent } from '../../api/types.js';
import { errorSentence } from '../../texts/errors.js';
import { mediaTexts as texts } from '../../texts/en-media.js';

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

export interface MediaFacts {
  id: string;
  /** whose id it is, and who has the bytes */
  server: string;
  name: string;
  size: number | null;
  mimeType: string;
  isPicture: boolean;
  hasThumbnail: boolean;
  width: number;
  height: number;
}

/** What a message says of its file; another server may have written anything there. */
export function factsOf({ content, origin }: RoomEvent): MediaFacts | null {
  const { media_id: id, name, body, size, mime_type: mimeType, thumbnail_id: thumbnail, width, height } = content ?? {};
  if (typeof id !== 'string') return null;
  const type = typeof mimeType === 'string' ? mimeType : '';
  return {
    id, server: origin, name: textOf(name) || textOf(body) || texts.noName, size: typeof size === 'number' && size >= 0 ? size : null, mimeType: type,
    isPicture: PICTURES.has(type), hasThumbnail: typeof thumbnail === 'string', width: lengthOf(width), height: lengthOf(height),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 255) : '';
}

function lengthOf(value: unknown): number {
  return typeof value === 'number' && value >= 1 && value <= 100_000 ? value : 0;
}

/** The size at which a picture fits into a message; before it is there, too, so that nothing moves when it comes. */
export function fit({ width, height }: Pick<MediaFacts, 'width' | 'height'>, most: { width: number; height: number }): { width: number; height: number } {
  if (width === 0 || height === 0) return { width: most.width, height: Math.round(most.height / 2) };
  const scale = Math.min(1, most.width / width, most.height / height);
  return { width: Math.max(24, Math.round(width * scale)), height: Math.max(24, Math.round(height * scale)) };
}

export function addressOfMedia({ id, server }: Pick<MediaFacts, 'id' | 'server'>, part: '' | '/thumbnail' = ''): string {
  return `/v1/media/download/${encodeURIComponent(id)}${part}?server=${encodeURIComponent(server)}`;
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return texts.bytes(bytes);
  const step = Math.min(UNITS.length, Math.floor(Math.log(bytes) / Math.log(1024)));
  return new Intl.NumberFormat('en', { style: 'unit', unit: UNITS[step - 1], unitDisplay: 'short', maximumFractionDigits: step > 1 ? 1 : 0 }).format(bytes / 1024 ** step);
}

/** Why there is no file, with the limit where there is one. `from`: the other server, if it has the bytes. */
export function mediaProblemText({ code, message, limitBytes }: ApiProblem, from: string | null): string {
  if (code === 'SW_FED_PEER_UNREACHABLE' && from !== null) return texts.away(from);
  if (code !== 'SW_CONTENT_TOO_LARGE' || limitBytes === undefined) return errorSentence(code, message);
  return (from === null ? texts.tooLarge : texts.foreignTooLarge)(sizeText(limitBytes));
}
