import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { FindTenantByHost } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { ENDPOINT_METADATA, type Access, type EndpointSpec } from '../http/endpoint.js';
import { RateLimit } from '../http/rate-limit.js';
import { ProviderAccess } from '../provider/provider-access.js';
import { BearerTokens } from './bearer-tokens.js';
import { assertCsrf, type AuthedRequest } from './request-context.js';
import { Sessions } from './sessions.js';

const SERVER_ROUTE = 'scaiwave:server-route';

/** For other servers: they prove who they are by signature, which their own controller checks. */
export const ForServers = (): MethodDecorator => SetMetadata(SERVER_ROUTE, true);

const WORDS = { suspended: 'suspended', deleting: 'being deleted' } as const;

/** Deny by default: a route whose endpoint does not say `public` needs a person of the tenant that Host selects, or of the provider. */
@Injectable()
export class AuthGuard implements CanActivate {
  constructor(
    private readonly tenants: FindTenantByHost,
    private readonly bearer: BearerTokens,
    private readonly sessions: Sessions,
    private readonly limits: RateLimit,
    private readonly provider: ProviderAccess,
  ) {}

  /** @throws DomainError `SW_TENANT_NOT_FOUND`, `SW_UNAVAILABLE`, `SW_AUTH_*`, `SW_CSRF`, `SW_NOT_FOUND`, `SW_PROVIDER_ROLE_MISSING`, `SW_RATE_LIMIT_EXCEEDED` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthedRequest>();
    const spec = Reflect.getMetadata(ENDPOINT_METADATA, context.getHandler()) as EndpointSpec | undefined;
    this.keepHostsApart(request, spec);
    if (Reflect.getMetadata(SERVER_ROUTE, context.getHandler()) === true) return true;
    const access = spec?.access ?? 'user';
    if (access === 'public') this.limits.takeAddress(request.ip);
    if (spec?.isOfNoTenant) return true;
    await (spec?.isProviders ? this.admitToProvider(request, access) : this.admitToTenant(request, access));
    return true;
  }

  /** The provider's Host has the provider's routes and no tenant's, and no other Host has them. */
  private keepHostsApart(request: AuthedRequest, spec: EndpointSpec | undefined): void {
    if (spec?.isOfNoTenant) return;
    const isProviders = spec?.isProviders === true;
    if (this.provider.isHost(request.headers.host) !== isProviders) throw new DomainError(isProviders ? 'SW_NOT_FOUND' : 'SW_TENANT_NOT_FOUND');
  }

  private async admitToProvider(request: AuthedRequest, access: Access): Promise<void> {
    if (access !== 'public') await this.provider.admit(request);
  }

  private async admitToTenant(request: AuthedRequest, access: Access): Promise<void> {
    await this.findTenant(request);
    if (access === 'public') return;
    await this.findActor(request);
    if (access === 'admin' && request.actor?.role !== 'admin') throw new DomainError('SW_AUTH_INSUFFICIENT_PERMISSION');
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
    assertCsrf(request, session.csrfToken);
    request.actor = session.actor;
    request.csrfToken = session.csrfToken;
  }
}
