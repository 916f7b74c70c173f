import { ApiError, csrfToken, problemOf } from '../../api/client.js';
import type { Media } from '../../api/types.js';

const THUMBNAIL_POINTS = 800;
const THUMBNAIL_BYTES = 262_144;
/** Smaller pictures are shown as they are. */
const SMALL = { points: 400, bytes: 65_536 };
const PICTURE = /^image\/(png|jpeg|gif|webp)$/;

/** A small picture of a picture, made here so that no server has to decode what a stranger sends. Null if none is needed or possible. */
async function makeThumbnail(file: File): Promise<Blob | null> {
  if (!PICTURE.test(file.type)) return null;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return null;
  const longest = Math.max(picture.width, picture.height);
  if (longest <= SMALL.points && file.size <= SMALL.bytes) return null;
  for (let points = THUMBNAIL_POINTS; points >= 100; points /= 2) {
    const scale = Math.min(1, points / longest);
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/webp', 0.85));
    if (blob && blob.size <= THUMBNAIL_BYTES) return blob;
  }
  return null;
}

interface UploadOptions {
  /** from 0 to 1 */
  onProgress: (part: number) => void;
  signal: AbortSignal;
}

/** Sends a file with its thumbnail. With XMLHttpRequest, because fetch does not tell how far a body has gone. */
export async function uploadFile(file: File, { onProgress, signal }: UploadOptions): Promise<Media> {
  const thumbnail = await makeThumbnail(file);
  signal.throwIfAborted();
  const form = new FormData();
  form.append('file', file, file.name);
  if (thumbnail) form.append('thumbnail', thumbnail, 'thumbnail');
  const { status, text } = await send(form, { onProgress, signal });
  const response = new Response(text, { status: status === 0 ? 503 : status });
  if (status === 0) throw new ApiError(0, { code: 'SW_OFFLINE' });
  if (!response.ok) throw new ApiError(status, await problemOf(response));
  return ((await response.json()) as { data: Media }).data;
}

function send(form: FormData, { onProgress, signal }: UploadOptions): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    signal.addEventListener('abort', abort, { once: true });
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    request.addEventListener('load', () => resolve({ status: request.status, text: request.responseText }));
    request.addEventListener('error', () => resolve({ status: 0, text: '' }));
    request.addEventListener('abort', () => reject(new DOMException('cancelled', 'AbortError')));
    request.addEventListener('loadend', () => signal.removeEventListener('abort', abort));
    request.open('POST', '/v1/media/upload');
    request.setRequestHeader('X-CSRF-Token', csrfToken());
    request.send(form);
  });
}
