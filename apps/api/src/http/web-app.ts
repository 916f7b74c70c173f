import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

/** Serves the built web app: files with a hash in their name for ever, the page itself afresh, for every path that is no file. */
export async function serveWebApp(app: NestFastifyApplication, folder: string): Promise<void> {
  const page = await readFile(join(folder, 'index.html'));
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onSend', async (_request: FastifyRequest, reply: FastifyReply) => {
    void reply.headers(SECURITY_HEADERS);
  });
  await fastify.register(fastifyStatic as never, { root: join(folder, 'assets'), prefix: '/assets/', immutable: true, maxAge: '365d' } as never);
  const sendPage = (_request: FastifyRequest, reply: FastifyReply) => reply.header('content-type', 'text/html; charset=utf-8').header('cache-control', 'no-cache').send(page);
  for (const path of ['/', '/login', '/rooms/*', '/people', '/admin', '/admin/*']) fastify.get(path, sendPage);
}
