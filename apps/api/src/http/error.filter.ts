import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { buildErrorBody, clientStatusOf, DomainError, ERROR_CATALOGUE, type ErrorCode } from '@scaiwave/protocol';
import type { Logger } from '@scaiwave/telemetry';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'SW_REQUEST_INVALID',
  404: 'SW_NOT_FOUND',
  405: 'SW_METHOD_NOT_ALLOWED',
  413: 'SW_CONTENT_TOO_LARGE',
  415: 'SW_UNSUPPORTED_MEDIA_TYPE',
  429: 'SW_RATE_LIMIT_EXCEEDED',
};

/** The one place where a failure becomes an answer: a code of the catalogue, its sentence, nothing of the inside. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const known = asDomainError(error);
    if (!known) this.logger.error({ err: error, requestId: request.id, path: request.url.split('?')[0] }, 'A request failed unexpectedly.');
    const { code, details } = known ?? new DomainError('SW_INTERNAL', { request_id: request.id });
    const status = clientStatusOf(code);
    if (status === 429 || status === 503) reply.header('retry-after', String(details?.retry_after_seconds ?? 1));
    const message = ERROR_CATALOGUE[code].sentence;
    reply.status(status).send({ error: { code, message, ...(details ? { details } : {}) } });
  }
}

function asDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number } | null)?.statusCode;
  const code = status === undefined ? undefined : BY_STATUS[status];
  return code ? new DomainError(code) : null;
}

/** What fails before there is a route: an address that cannot be read, or that no route is long enough for. */
export function answerFrameworkError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const code = error.statusCode === 400 ? 'SW_REQUEST_INVALID' : 'SW_NOT_FOUND';
  reply.status(clientStatusOf(code)).send(buildErrorBody(code, { field: 'path' }));
}
