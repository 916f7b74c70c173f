import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, TenantContext, TenantRow } from '@scaiwave/core';
import type { FastifyRequest } from 'fastify';

/** What the guards have found out about a request. */
export interface AuthedRequest extends FastifyRequest {
  tenant?: TenantContext;
  tenantRow?: TenantRow;
  actor?: Actor;
  /** set where the session cookie, not a bearer token, says who it is */
  csrfToken?: string;
}

/** Who acts; the guard has made sure of it. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<AuthedRequest>();
  if (!actor) throw new Error('a route without an actor asked for one');
  return actor;
});

/** The tenant that the Host header selected, with its row. */
export const CurrentTenant = createParamDecorator((_: unknown, context: ExecutionContext): TenantRow => {
  const { tenantRow } = context.switchToHttp().getRequest<AuthedRequest>();
  if (!tenantRow) throw new Error('a route without a tenant asked for one');
  return tenantRow;
});
