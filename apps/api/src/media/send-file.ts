import { isShown, type ByteRange, type StoredMedia } from '@scaiwave/core';

/** The answer to a request for a file: which bytes of it, and what a browser may make of them. */
export interface FileAnswer {
  status: 200 | 206 | 416;
  headers: Record<string, string>;
  /** null: none of it */
  range: ByteRange | null;
}

/** Nothing of a file runs, whatever it is: not in its own page, and not in one that it is opened in. */
const FILE_POLICY = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'";
const KEPT_SECONDS = 3_600;

export function buildFileAnswer(media: StoredMedia, rangeHeader: string | undefined): FileAnswer {
  const headers = {
    'content-type': media.mime_type,
    'content-disposition': `${isShown(media.mime_type) ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(media.file_name)}`,
    'content-security-policy': FILE_POLICY,
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': `private, max-age=${KEPT_SECONDS}`,
    'accept-ranges': 'bytes',
  };
  const range = parseRange(rangeHeader, media.size);
  if (range === 'none') return { status: 416, headers: { ...headers, 'content-range': `bytes */${media.size}`, 'content-length': '0' }, range: null };
  if (range === 'all') return { status: 200, headers: { ...headers, 'content-length': String(media.size) }, range: { first: 0, last: media.size - 1 } };
  const { first, last } = range;
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${first}-${last}/${media.size}`, 'content-length': String(last - first + 1) }, range };
}

/** One range (RFC 9110 §14); several, or what cannot be read, mean the whole. Players need it to seek. */
function parseRange(header: string | undefined, size: number): ByteRange | 'all' | 'none' {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return 'all';
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first <= last ? { first, last } : 'none';
}

/** RFC 8187: only these characters stand for themselves. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
