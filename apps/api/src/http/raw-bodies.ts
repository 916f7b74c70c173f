import type { Readable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** More than any body we take. */
const BODY_LIMIT_BYTES = 1024 * 1024 + 64 * 1024;
const FOR_SERVERS = '/_scaiwave/';

/**
 * Bodies stay bytes: signatures are made over them, and JSON is parsed strictly, with its depth capped. The framework refuses none:
 * what a request is refused for, and in which order, is said where it is judged. One that is too long is cut off, still too long.
 */
export function takeRawBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request: unknown, payload: Readable) => readBytes(payload));
  fastify.addHook('onRequest', async ({ raw }) => {
    // The inbox reads the raw headers; this one would have the framework answer before it.
    if (raw.url?.startsWith(FOR_SERVERS)) delete raw.headers['content-type'];
  });
  fastify.addHook('preValidation', async ({ body }, reply) => {
    if (isTooLong(body)) reply.header('connection', 'close');
  });
}

/** Was it cut off? */
export function isTooLong(body: unknown): boolean {
  return Buffer.isBuffer(body) && body.length > BODY_LIMIT_BYTES;
}

async function readBytes(payload: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of payload.iterator({ destroyOnReturn: false })) {
      chunks.push(chunk as Buffer);
      length += (chunk as Buffer).length;
      if (length > BODY_LIMIT_BYTES) break;
    }
  } catch (error) {
    throw Object.assign(error as Error, { statusCode: 400 }); // whoever sent it went away
  }
  return Buffer.concat(chunks);
}
