import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';

/** More than any body we take. */
const BODY_LIMIT_BYTES = 1024 * 1024 + 64 * 1024;
const FOR_SERVERS = '/_scaiwave/';
export const UPLOAD_PATH = '/v1/media/upload';
/** A body that is read here is there by then; files take longer and are read elsewhere. */
const BODY_WITHIN_MS = 30_000;

/**
 * Bodies stay bytes: signatures are made over them, and JSON is parsed strictly, with its depth capped. The framework refuses none:
 * what a request is refused for, and in which order, is said where it is judged. One that is too long is cut off, still too long.
 */
export function takeRawBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  // The one body that is too large to be held: its controller reads it as it comes. What is not read of it ends with the connection.
  fastify.addContentTypeParser('multipart/form-data', (request: FastifyRequest, payload: Readable) => (isUpload(request) ? Promise.resolve() : readBytes(payload)));
  fastify.addContentTypeParser('*', (_request: unknown, payload: Readable) => readBytes(payload));
  fastify.addHook('onRequest', async ({ raw }) => {
    // The inbox reads the raw headers; this one would have the framework answer before it.
    if (raw.url?.startsWith(FOR_SERVERS)) delete raw.headers['content-type'];
  });
  fastify.addHook('preValidation', async (request, reply) => {
    if (isTooLong(request.body) || (isUpload(request) && request.body === undefined)) reply.header('connection', 'close');
  });
}

function isUpload({ method, url }: { method: string; url: string }): boolean {
  return method === 'POST' && url.split('?')[0] === UPLOAD_PATH;
}

/** Was it cut off? */
export function isTooLong(body: unknown): boolean {
  return Buffer.isBuffer(body) && body.length > BODY_LIMIT_BYTES;
}

async function readBytes(payload: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  const timer = setTimeout(() => payload.destroy(), BODY_WITHIN_MS);
  try {
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > BODY_LIMIT_BYTES) break;
    }
  } catch (error) {
    throw Object.assign(error as Error, { statusCode: 400 }); // whoever sent it went away, or took too long
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}
