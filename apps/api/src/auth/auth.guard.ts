import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FindTenantByHost } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { timingSafeEqual } from 'node:crypto';
import { ENDPOINT_METADATA, type EndpointSpec } from '../http/endpoint.js';
import { RateLimit } from '../http/rate-limit.js';
import { BearerTokens } from './bearer-tokens.js';
import type { AuthedRequest } from './request-context.js';
import { Sessions } from './sessions.js';

const SERVER_ROUTE = 'scaiwave:server-route';

/** For other servers: they prove who they are by signature, which their own controller checks. */
export const ForServers = (): MethodDecorator => SetMetadata(SERVER_ROUTE, true);

const WORDS = { suspended: 'suspended', deleting: 'being deleted' } as const;

/** Deny by default: a route whose endpoint does not say `public` needs a person of the tenant that Host selects. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly tenants: FindTenantByHost,
    private readonly bearer: BearerTokens,
    private readonly sessions: Sessions,
    private readonly limits: RateLimit,
  ) {}

  /** @throws DomainError `SW_TENANT_NOT_FOUND`, `SW_UNAVAILABLE`, `SW_AUTH_*`, `SW_CSRF`, `SW_RATE_LIMIT_EXCEEDED` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthedRequest>();
    if (Reflect.getMetadata(SERVER_ROUTE, context.getHandler()) === true) return true;
    const spec = Reflect.getMetadata(ENDPOINT_METADATA, context.getHandler()) as EndpointSpec | undefined;
    const access = spec?.access ?? 'user';
    if (access === 'public') this.limits.takeAddress(request.ip);
    if (spec?.isOfNoTenant) return true;
    await this.findTenant(request);
    if (access === 'public') return true;
    await this.findActor(request);
    if (access === 'admin' && request.actor?.role !== 'admin') throw new DomainError('SW_AUTH_INSUFFICIENT_PERMISSION');
    return true;
  }

  private async findTenant(request: AuthedRequest): Promise<void> {
    const found = await this.tenants.run(request.headers.host ?? '');
    if (found.state === 'unknown') throw new DomainError('SW_TENANT_NOT_FOUND');
    if (found.state !== 'active') throw new DomainError('SW_UNAVAILABLE', { reason: `this server is ${WORDS[found.state]}`, retry_after_seconds: 60 });
    request.tenant = found.tenant;
    request.tenantRow = found.row;
  }

  private async findActor(request: AuthedRequest): Promise<void> {
    const { tenant, tenantRow } = request;
    if (!tenant || !tenantRow) throw new DomainError('SW_TENANT_NOT_FOUND');
    try {
      const header = request.headers.authorization;
      if (header === undefined) await this.useSession(request);
      else request.actor = await this.bearer.verify(tenantRow, header);
    } catch (error) {
      // Whoever guesses tokens does so at the pace of a stranger.
      this.limits.takeAddress(request.ip);
      throw error;
    }
    if (request.actor) this.limits.take(tenant.id, request.actor.participantId);
  }

  private async useSession(request: AuthedRequest): Promise<void> {
    const session = request.tenant && (await this.sessions.find(request.tenant, request.headers.cookie));
    if (!session) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    if (request.method !== 'GET' && request.method !== 'HEAD' && !isSame(request.headers['x-csrf-token'], session.csrfToken)) throw new DomainError('SW_CSRF');
    request.actor = session.actor;
    request.csrfToken = session.csrfToken;
  }
}

function isSame(given: string | string[] | undefined, expected: string): boolean {
  if (typeof given !== 'string' || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
