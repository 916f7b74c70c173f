import { createParamDecorator, Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { DomainError, parseStrictJson } from '@scaiwave/protocol';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { z } from 'zod';
import { ENDPOINT_METADATA, type EndpointSpec, type InputOf } from './endpoint.js';
import { isTooLong } from './raw-bodies.js';

interface CheckedRequest extends FastifyRequest {
  input?: InputOf<EndpointSpec>;
}

const NOTHING = z.strictObject({});

/** Checks parameters, query and body of every endpoint, those without any too: unknown fields are refused by name. */
@Injectable()
export class CheckInput implements NestInterceptor {
  /** @throws DomainError `SW_REQUEST_INVALID {field}`, `SW_FED_FQID_INVALID`, `SW_CONTENT_TOO_LARGE`, `SW_NOT_FOUND` for a path that names nothing */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const spec = Reflect.getMetadata(ENDPOINT_METADATA, context.getHandler()) as EndpointSpec | undefined;
    const request = context.switchToHttp().getRequest<CheckedRequest>();
    if (spec) {
      request.input = {
        params: parsePart(spec.params ?? NOTHING, request.params, 'path') as never,
        query: parsePart(spec.query ?? NOTHING, storable(request.query), 'query') as never,
        body: parsePart(spec.body ?? NOTHING, parseBody(request.body), 'body') as never,
      };
    }
    return next.handle();
  }
}

/** The parsed parameters, query and body of a request. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext): InputOf<EndpointSpec> => {
  const { input } = context.switchToHttp().getRequest<CheckedRequest>();
  if (!input) throw new Error('a route that is no endpoint asked for its input');
  return input;
});

function parsePart(schema: z.ZodType, value: unknown, part: string): unknown {
  const result = schema.safeParse(value ?? {});
  if (result.success) return result.data;
  const { field, reason } = problemOf(result.error, part);
  // A path parameter of the wrong form names nothing that exists.
  if (part === 'path') throw new DomainError('SW_NOT_FOUND', { field });
  if (field === 'fqid') throw new DomainError('SW_FED_FQID_INVALID', { field });
  throw new DomainError('SW_REQUEST_INVALID', { field, reason });
}

/** A field that is not known says most: it is often the misspelt one that is missing. */
function problemOf({ issues }: z.ZodError, part: string): { field: string; reason: string } {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const unknownKeys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  return { field: [...(issue?.path ?? []), ...unknownKeys.slice(0, 1)].join('.') || part, reason: issue?.message ?? 'invalid' };
}

/** Postgres keeps no U+0000, and no name or text needs one. In bodies the JSON reader refuses it. */
function storable(query: unknown): unknown {
  const field = Object.entries(query as Record<string, unknown>).find(([, value]) => String(value).includes('\0'))?.[0];
  if (field !== undefined) throw new DomainError('SW_REQUEST_INVALID', { field, reason: 'U+0000 is not allowed' });
  return query;
}

function parseBody(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  if (isTooLong(body)) throw new DomainError('SW_CONTENT_TOO_LARGE');
  const json = parseStrictJson(body.toString('utf8'));
  if (!json.ok) throw new DomainError('SW_REQUEST_INVALID', { field: 'body', reason: json.reason });
  return json.value;
}
