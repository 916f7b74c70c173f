import { timingSafeEqual } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Actor, TenantContext, TenantRow } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import type { FastifyRequest } from 'fastify';
import type { ProviderPerson } from '../provider/provider-person.js';

/** What the guards have found out about a request. */
export interface AuthedRequest extends FastifyRequest {
  tenant?: TenantContext;
  tenantRow?: TenantRow;
  actor?: Actor;
  /** set where the session cookie, not a bearer token, says who it is */
  csrfToken?: string;
  /** on the provider's Host: somebody of the provider */
  providerPerson?: ProviderPerson;
}

/** A session that writes says its token, too: other pages have the cookie sent, but cannot read it. @throws DomainError `SW_CSRF` */
export function assertCsrf({ method, headers }: AuthedRequest, csrfToken: string): void {
  if (method !== 'GET' && method !== 'HEAD' && !isSame(headers['x-csrf-token'], csrfToken)) throw new DomainError('SW_CSRF');
}

function isSame(given: string | string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

/** Who acts; the guard has made sure of it. */
export const CurrentActor = createParamDecorator((_: unknown, context: ExecutionContext): Actor => {
  const { actor } = context.switchToHttp().getRequest<AuthedRequest>();
  if (!actor) throw new Error('a route without an actor asked for one');
  return actor;
});

/** Who of the provider looks; the guard has made sure of it. */
export const CurrentProviderPerson = createParamDecorator((_: unknown, context: ExecutionContext): ProviderPerson => {
  const { providerPerson } = context.switchToHttp().getRequest<AuthedRequest>();
  if (!providerPerson) throw new Error('a route of nobody of the provider asked for one');
  return providerPerson;
});

/** The tenant that the Host header selected, with its row. */
export const CurrentTenant = createParamDecorator((_: unknown, context: ExecutionContext): TenantRow => {
  const { tenantRow } = context.switchToHttp().getRequest<AuthedRequest>();
  if (!tenantRow) throw new Error('a route without a tenant asked for one');
  return tenantRow;
});
