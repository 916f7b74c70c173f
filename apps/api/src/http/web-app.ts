import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isHostOf } from '../provider/provider-access.js';

/** Inline styles are Mantine's; scripts come from this server only. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; object-src 'none'; frame-ancestors 'none'; base-uri 'self'; form-action 'self'";
const API_PATHS = /^\/(v1|_scaiwave|\.well-known)(\/|$)/;

/** On every answer: nothing of it is sniffed, framed, or named to other sites; and what the API says is not kept. Files have a stricter policy of their own. */
export function secureHeaders(app: NestFastifyApplication): void {
  app.getHttpAdapter().getInstance().addHook('onSend', async (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin', 'x-frame-options': 'DENY' });
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    if (!reply.hasHeader('cache-control') && API_PATHS.test(request.url)) reply.header('cache-control', 'no-store');
  });
}

/** Serves the built web app: files with a hash in their name for ever and as they were packed when built, the page itself afresh, for every path that is none of the API's. The provider's Host has one page only. */
export async function serveWebApp(app: NestFastifyApplication, folder: string, providerHost?: string): Promise<void> {
  const page = await readFile(join(folder, 'index.html'));
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.register(fastifyStatic as never, { root: join(folder, 'assets'), prefix: '/assets/', immutable: true, maxAge: '365d', preCompressed: true } as never);
  fastify.get('/*', (request: FastifyRequest, reply: FastifyReply) => {
    if (API_PATHS.test(request.url) || request.url.startsWith('/assets/')) return reply.callNotFound();
    if (isHostOf(providerHost, request.headers.host) && !/^\/provider(?![^/?])/.test(request.url)) return reply.redirect('/provider', 302);
    return reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  });
}
