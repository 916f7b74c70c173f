import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { DomainError, parseStrictJson } from '@scaiwave/protocol';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { ENDPOINT_METADATA, type EndpointSpec, type InputOf } from './endpoint.js';

/** The parsed parameters, query and body of a request. Unknown fields are refused by name. */
export const Input = createParamDecorator((_: unknown, context: ExecutionContext): InputOf<EndpointSpec> => {
  const spec = Reflect.getMetadata(ENDPOINT_METADATA, context.getHandler()) as EndpointSpec;
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return {
    params: parsePart(spec.params, request.params, 'path') as never,
    query: parsePart(spec.query, request.query, 'query') as never,
    body: spec.body ? (parsePart(spec.body, parseBody(request.body), 'body') as never) : ({} as never),
  };
});

function parsePart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return {};
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknownKeys = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...unknownKeys.slice(0, 1)].join('.') || part;
  // A path parameter of the wrong form names nothing that exists.
  if (part === 'path') throw new DomainError('SW_NOT_FOUND', { field });
  if (field === 'fqid') throw new DomainError('SW_FED_FQID_INVALID', { field });
  throw new DomainError('SW_REQUEST_INVALID', { field, reason: issue?.message ?? 'invalid' });
}

function parseBody(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  const json = parseStrictJson(body.toString('utf8'));
  if (!json.ok) throw new DomainError('SW_REQUEST_INVALID', { field: 'body', reason: json.reason });
  return json.value;
}
