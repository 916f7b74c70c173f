import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { THUMBNAIL_MAX_BYTES } from '@scaiwave/core';
import { DomainError, type MediaId } from '@scaiwave/protocol';

export interface UploadSink {
  maxBytes: number;
  /** Stores the file as it comes. */
  take: (fileName: string, bytes: AsyncIterable<Buffer>) => Promise<MediaId>;
  /** What was stored of an upload that is refused after all. */
  discard: (mediaId: MediaId) => Promise<void>;
}

export interface ReadUpload {
  mediaId: MediaId;
  thumbnail: Buffer | null;
}

/** The thumbnail, and what stands around the two. */
const BESIDE_FILE_BYTES = 1_048_576;
const LIMITS = { fieldNameSize: 100, fieldSize: 1_000, fields: 3, files: 3, parts: 6, headerPairs: 20, headerSize: 4_096 };

/**
 * Reads a multipart body once, in its order: a file, and perhaps a thumbnail. It is read to its end even when it is refused early, so that
 * the sender hears why; but never further than a file may be long.
 * @throws DomainError `SW_REQUEST_INVALID`, `SW_CONTENT_TOO_LARGE`, and what `take` throws
 */
export async function readUpload(request: IncomingMessage, sink: UploadSink): Promise<ReadUpload> {
  const mostBytes = sink.maxBytes + BESIDE_FILE_BYTES;
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(sink.maxBytes);
  const form = openForm(request);
  const parts = new UploadParts(form, sink);
  try {
    await pour(request, form, mostBytes);
  } catch (error) {
    parts.breakOff(error instanceof DomainError ? error : invalid('file', 'the form broke off or cannot be read'));
  }
  return parts.end();
}

function openForm(request: IncomingMessage): BusboyInstance {
  try {
    return new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  } catch {
    throw invalid('file', 'the body must be multipart/form-data');
  }
}

async function pour(request: IncomingMessage, form: BusboyInstance, mostBytes: number): Promise<void> {
  // Listened for from the beginning: the form may fail while nobody waits for it.
  const finished = once(form, 'finish');
  finished.catch(() => undefined);
  let total = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    total += (chunk as Buffer).length;
    if (total > mostBytes) throw tooLarge(mostBytes - BESIDE_FILE_BYTES);
    if (!form.write(chunk)) await Promise.race([once(form, 'drain'), finished]);
  }
  form.end();
  await finished;
}

/** What became of each part; the first failure counts, and what comes after it is read and dropped. */
class UploadParts {
  readonly #open = new Set<Readable>();
  readonly #jobs: Promise<void>[] = [];
  #failure: Error | undefined;
  #mediaId: MediaId | undefined;
  #thumbnail: Buffer | null = null;
  #hasFile = false;

  constructor(form: BusboyInstance, private readonly sink: UploadSink) {
    form.on('error', () => this.refuse(invalid('file', 'the form cannot be read')));
    form.on('file', (field, stream, fileName) => this.#take(field, stream, fileName ?? ''));
    form.on('field', (field) => field === 'tenant_scope' || this.refuse(invalid(field, 'is not known')));
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) form.on(limit, () => this.refuse(invalid('file', 'the form has too many parts')));
  }

  /** Nothing more comes: whoever still reads a part hears of it. */
  breakOff(reason: DomainError): void {
    this.refuse(reason);
    for (const stream of this.#open) stream.destroy(reason);
  }

  /** The parts are still read to their ends, or the form would not come to its own. */
  refuse(reason: DomainError): void {
    this.#failure ??= reason;
  }

  async end(): Promise<ReadUpload> {
    await Promise.all(this.#jobs);
    if (this.#failure === undefined && this.#mediaId !== undefined) return { mediaId: this.#mediaId, thumbnail: this.#thumbnail };
    if (this.#mediaId !== undefined) await this.sink.discard(this.#mediaId);
    throw this.#failure ?? invalid('file', 'is missing');
  }

  #take(field: string, stream: BusboyFileStream, fileName: string): void {
    this.#open.add(stream);
    stream.on('error', () => undefined); // whoever reads it hears of it, too
    const job = this.#jobFor(field, stream, fileName).catch((reason: Error) => {
      this.#failure ??= reason;
      stream.resume();
    });
    this.#jobs.push(job.finally(() => this.#open.delete(stream)));
  }

  async #jobFor(field: string, stream: Readable, fileName: string): Promise<void> {
    const bytes: AsyncIterable<Buffer> = stream.iterator({ destroyOnReturn: false });
    if (this.#failure !== undefined) throw this.#failure;
    if (field === 'thumbnail') this.#thumbnail = await collect(bytes);
    else if (field !== 'file') throw invalid(field, 'is not known');
    else if (this.#hasFile) throw invalid('file', 'only one at a time');
    else {
      this.#hasFile = true;
      this.#mediaId = await this.sink.take(fileName, bytes);
    }
  }
}

async function collect(source: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const bytes of source) {
    length += bytes.length;
    if (length > THUMBNAIL_MAX_BYTES) throw invalid('thumbnail', `has over ${THUMBNAIL_MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function invalid(field: string, reason: string): DomainError {
  return new DomainError('SW_REQUEST_INVALID', { field: field.slice(0, 100), reason });
}

function tooLarge(maxBytes: number): DomainError {
  return new DomainError('SW_CONTENT_TOO_LARGE', { limit_bytes: maxBytes });
}
