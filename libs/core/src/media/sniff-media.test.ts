import fc from 'fast-check';
import { describe, expect, test } from '@jest/globals';
import { isShown, sniffMedia, UNKNOWN_TYPE } from './sniff-media.js';
import { plainName } from './upload-media.js';

const bytes = (text: string, length = 64): Buffer => Buffer.concat([Buffer.from(text, 'latin1'), Buffer.alloc(Math.max(0, length - text.length))]);

function jpeg(width: number, height: number, before = 0): Buffer {
  const comment = before > 0 ? Buffer.concat([Buffer.from([0xff, 0xfe, before >> 8, before & 0xff]), Buffer.alloc(before - 2)]) : Buffer.alloc(0);
  return Buffer.concat([Buffer.from([0xff, 0xd8]), comment.length > 0 ? comment : Buffer.from([0xff, 0xe0, 0, 4, 0, 0]), Buffer.from([0xff, 0xc2, 0, 17, 8, height >> 8, height & 0xff, width >> 8, width & 0xff, 3])]);
}

function webp(kind: string, fill: (buffer: Buffer) => void): Buffer {
  const buffer = bytes(`RIFF\0\0\0\0WEBP${kind}`);
  fill(buffer);
  return buffer;
}

describe('the type by the first bytes', () => {
  test.each<[string, Buffer, object]>([
    ['JPEG', jpeg(640, 480), { mimeType: 'image/jpeg', width: 640, height: 480 }],
    ['JPEG with much before its frame', jpeg(640, 480, 60_000), { mimeType: 'image/jpeg', width: 640, height: 480 }],
    ['GIF', bytes('GIF89a\x10\x00\x08\x00'), { mimeType: 'image/gif', width: 16, height: 8 }],
    ['WebP, lossy', webp('VP8 ', (b) => b.writeUInt32LE((8 << 16) | 16, 26)), { mimeType: 'image/webp', width: 16, height: 8 }],
    ['WebP, lossless', webp('VP8L', (b) => b.writeUInt32LE((7 << 14) | 15, 21)), { mimeType: 'image/webp', width: 16, height: 8 }],
    ['WebP, extended', webp('VP8X', (b) => b.set([15, 0, 0, 7, 0, 0], 24)), { mimeType: 'image/webp', width: 16, height: 8 }],
    ['MP3', bytes('ID3'), { mimeType: 'audio/mpeg' }],
    ['Ogg', bytes('OggS\0'), { mimeType: 'audio/ogg' }],
    ['WAV', bytes('RIFF\0\0\0\0WAVE'), { mimeType: 'audio/wav' }],
    ['MP4', bytes('\0\0\0\x20ftypisom'), { mimeType: 'video/mp4' }],
    ['WebM', bytes('\x1a\x45\xdf\xa3\0\0\x42\x82\x84webm'), { mimeType: 'video/webm' }],
    ['PDF', bytes('%PDF-1.7'), { mimeType: 'application/pdf', width: null }],
    ['QuickTime, which browsers differ on', bytes('\0\0\0\x20ftypqt  '), { mimeType: UNKNOWN_TYPE }],
    ['a JPEG without a frame', jpeg(1, 1).subarray(0, 8), { mimeType: UNKNOWN_TYPE }],
    ['a GIF without height', bytes('GIF89a\x10\x00\x00\x00'), { mimeType: UNKNOWN_TYPE }],
    ['nothing', Buffer.alloc(0), { mimeType: UNKNOWN_TYPE }],
  ])('of %s', (_, head, expected) => {
    expect(sniffMedia(head)).toMatchObject(expected);
  });

  test('is read from whatever comes, and a text is never of a type that is shown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('', '\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'GIF89a', 'RIFF\0\0\0\0WEBPVP8X'), (tail, start) => {
      const { mimeType, width, height } = sniffMedia(Buffer.concat([Buffer.from(start, 'latin1'), tail]));
      expect(mimeType.startsWith('image/')).toBe(width !== null && height !== null && width > 0 && height > 0);
    }));
    fc.assert(fc.property(fc.constantFrom('<', '<!doctype html>', '<svg', '<?xml', '{', '#!', 'function', ' \n<script>'), fc.string(), (start, rest) => !isShown(sniffMedia(Buffer.from(start + rest)).mimeType)));
  });
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\photo.png', 'photo.png'],
  ['photo\u202Egnp.exe', 'photognp.exe'],
  ['a\r\nset-cookie: x', 'aset-cookie: x'],
  ['\ud800', '\ufffd'],
  ['', 'file'],
  ['folder/', 'file'],
  ['\u{1F600}'.repeat(300), '\u{1F600}'.repeat(255)],
])('the name %j is kept as %j', (name, kept) => {
  expect(plainName(name)).toBe(kept);
});
