/** What the first bytes of a file say it is. */
export interface SniffedMedia {
  mimeType: string;
  /** of pictures */
  width: number | null;
  height: number | null;
}

interface Size {
  width: number;
  height: number;
}

export const UNKNOWN_TYPE = 'application/octet-stream';
/** A picture of more points takes a browser's memory, however few bytes it has. */
const MOST_POINTS = 50_000_000;

/** What browsers show or play without running anything of it. */
const PICTURES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const PLAYED: ReadonlySet<string> = new Set(['audio/mpeg', 'audio/ogg', 'audio/wav', 'audio/flac', 'audio/mp4', 'video/mp4', 'video/webm']);

export function isPicture(mimeType: string): boolean {
  return PICTURES.has(mimeType);
}

/** May it be shown in a page, or only be saved? */
export function isShown(mimeType: string): boolean {
  return PICTURES.has(mimeType) || PLAYED.has(mimeType);
}

/**
 * The type of a file by its bytes: neither its name nor what its sender says counts. Everything that could run in a browser (HTML, SVG,
 * XML, scripts) is of no known type, and so is a picture whose size cannot be read or is enormous.
 */
export function sniffMedia(head: Buffer): SniffedMedia {
  const picture = PICTURE_FORMATS.find(({ is }) => is(head));
  if (picture) {
    const size = picture.sizeOf(head);
    const isSane = size !== null && size.width > 0 && size.height > 0 && size.width * size.height <= MOST_POINTS;
    return isSane ? { mimeType: picture.mimeType, ...size } : { mimeType: UNKNOWN_TYPE, width: null, height: null };
  }
  const mimeType = OTHER_FORMATS.find(([, is]) => is(head))?.[0] ?? UNKNOWN_TYPE;
  return { mimeType, width: null, height: null };
}

function hasAt(head: Buffer, offset: number, text: string): boolean {
  return head.toString('latin1', offset, offset + text.length) === text;
}

const PICTURE_FORMATS: ReadonlyArray<{ mimeType: string; is: (head: Buffer) => boolean; sizeOf: (head: Buffer) => Size | null }> = [
  { mimeType: 'image/png', is: (head) => hasAt(head, 0, '\x89PNG\r\n\x1a\n'), sizeOf: sizeOfPng },
  { mimeType: 'image/jpeg', is: (head) => hasAt(head, 0, '\xff\xd8\xff'), sizeOf: sizeOfJpeg },
  { mimeType: 'image/gif', is: (head) => hasAt(head, 0, 'GIF87a') || hasAt(head, 0, 'GIF89a'), sizeOf: sizeOfGif },
  { mimeType: 'image/webp', is: (head) => hasAt(head, 0, 'RIFF') && hasAt(head, 8, 'WEBP'), sizeOf: sizeOfWebp },
];

const MP4_BRANDS: ReadonlySet<string> = new Set(['isom', 'iso2', 'iso4', 'iso5', 'iso6', 'mp41', 'mp42', 'avc1', 'M4V ', 'dash', 'MSNV']);
const OTHER_FORMATS: ReadonlyArray<readonly [string, (head: Buffer) => boolean]> = [
  ['audio/mpeg', (head) => hasAt(head, 0, 'ID3') || (head[0] === 0xff && ((head[1] ?? 0) & 0xe6) === 0xe2)],
  ['audio/ogg', (head) => hasAt(head, 0, 'OggS\0')],
  ['audio/wav', (head) => hasAt(head, 0, 'RIFF') && hasAt(head, 8, 'WAVE')],
  ['audio/flac', (head) => hasAt(head, 0, 'fLaC')],
  ['audio/mp4', (head) => hasAt(head, 4, 'ftypM4A ')],
  ['video/mp4', (head) => hasAt(head, 4, 'ftyp') && MP4_BRANDS.has(head.toString('latin1', 8, 12))],
  ['video/webm', (head) => hasAt(head, 0, '\x1a\x45\xdf\xa3') && head.subarray(0, 64).includes('webm')],
  ['application/pdf', (head) => hasAt(head, 0, '%PDF-')],
  ['application/zip', (head) => hasAt(head, 0, 'PK\x03\x04')],
];

function sizeOfPng(head: Buffer): Size | null {
  return head.length >= 24 && hasAt(head, 12, 'IHDR') ? { width: head.readUInt32BE(16), height: head.readUInt32BE(20) } : null;
}

function sizeOfGif(head: Buffer): Size | null {
  return head.length >= 10 ? { width: head.readUInt16LE(6), height: head.readUInt16LE(8) } : null;
}

/** The frame header comes after any number of other segments. */
function sizeOfJpeg(head: Buffer): Size | null {
  let at = 2;
  while (at + 9 <= head.length && head[at] === 0xff) {
    const marker = head[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    at += marker === 0xff ? 1 : 2 + Math.max(2, head.readUInt16BE(at + 2));
  }
  return null;
}

function sizeOfWebp(head: Buffer): Size | null {
  if (head.length < 30) return null;
  if (hasAt(head, 12, 'VP8X')) return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
  if (hasAt(head, 12, 'VP8 ')) return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
  if (!hasAt(head, 12, 'VP8L')) return null;
  const bits = head.readUInt32LE(21);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
