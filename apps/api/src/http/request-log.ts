import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { inRequest, newId, newTrace, readTraceparent, type Clock, type HttpArea, type Logger, type Metrics, type Trace } from '@scaiwave/telemetry';
import type { IncomingMessage } from 'node:http';
import type { AuthedRequest } from '../auth/request-context.js';

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** The id of a request: that of the proxy in front of us where one is trusted, else a new one. */
export function requestIdsOf(options: { clock: Clock; isProxied: boolean }): (request: IncomingMessage) => string {
  return (request) => {
    const given = request.headers['x-request-id'];
    return options.isProxied && typeof given === 'string' && REQUEST_ID.test(given) ? given : newId(options.clock);
  };
}

interface TracedRequest extends AuthedRequest {
  trace?: Trace;
}

/** One line and one count per request, without its query (tokens may be there); the answer carries the id, so that people can name it. */
export function logRequests(app: NestFastifyApplication, { logger, metrics }: { logger: Logger; metrics: Metrics }): void {
  const fastify = app.getHttpAdapter().getInstance();
  const lines = logger.unsearched();
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    // A trace says what belongs together in the logs of several servers, and nothing else: anybody may send any.
    const trace = readTraceparent(request.headers.traceparent) ?? newTrace();
    (request as TracedRequest).trace = trace;
    inRequest(request.id, done, trace);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const { tenant, actor, trace } = request as TracedRequest;
    const area = areaOf(request.url);
    metrics.httpRequests.inc({ area, status: reply.statusCode });
    metrics.httpDuration.observe({ area }, reply.elapsedTime / 1_000);
    const line = { requestId: request.id, trace_id: trace?.traceId, method: request.method, path: request.url.split('?')[0], status: reply.statusCode, ms: Math.round(reply.elapsedTime), tenantId: tenant?.id, participantId: actor?.participantId };
    if (reply.statusCode >= 500) lines.warn(line, 'A request failed.');
    else if (request.method === 'GET') lines.debug(line, 'A request was answered.');
    else lines.info(line, 'A request was answered.');
  });
}

function areaOf(url: string): HttpArea {
  if (url.startsWith('/v1/')) return 'client';
  return url.startsWith('/_scaiwave/') || url.startsWith('/.well-known/scaiwave/') ? 'federation' : 'web';
}
