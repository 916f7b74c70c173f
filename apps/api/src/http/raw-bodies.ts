import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** More than any body we take; each route's own limit is checked where the body is read. */
const BODY_LIMIT_BYTES = 1024 * 1024 + 64 * 1024;

/** Bodies stay bytes: signatures are made over them, and JSON is parsed strictly, with its depth capped. */
export function takeRawBodies(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT_BYTES }, (_request, body, done) => done(null, body));
}
