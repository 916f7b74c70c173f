import { Injectable } from '@nestjs/common';
import { DomainError } from '@scaiwave/protocol';
import { ApiConfig } from '../api-config.js';
import { AccessTokens, bearerOf } from '../auth/access-tokens.js';
import { assertCsrf, type AuthedRequest } from '../auth/request-context.js';
import { RateLimit } from '../http/rate-limit.js';
import { providerPersonOf, type ProviderPerson } from './provider-person.js';
import { assertRole, ProviderSessions } from './provider-sessions.js';

/** Who may enter the provider's view: people of the provider's own issuer with one of the roles, on the provider's own Host. */
@Injectable()
export class ProviderAccess {
  constructor(
    private readonly config: ApiConfig,
    private readonly tokens: AccessTokens,
    private readonly sessions: ProviderSessions,
    private readonly limits: RateLimit,
  ) {}

  /** Is this the provider's Host, with or without its port? Then it is no tenant's, whatever a tenant is called. */
  isHost(host: string | undefined): boolean {
    return isHostOf(this.config.settings.provider?.host, host);
  }

  /** @throws DomainError `SW_AUTH_*`, `SW_PROVIDER_ROLE_MISSING`, `SW_CSRF`, `SW_RATE_LIMIT_EXCEEDED` */
  async admit(request: AuthedRequest): Promise<void> {
    try {
      const person = await this.#find(request);
      assertRole(this.#provider(), person);
      request.providerPerson = person;
    } catch (error) {
      // Whoever guesses does so at the pace of a stranger.
      this.limits.takeAddress(request.ip);
      throw error;
    }
    this.limits.take('provider', request.providerPerson.subject);
  }

  async #find(request: AuthedRequest): Promise<ProviderPerson> {
    const provider = this.#provider();
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) return providerPersonOf(await this.tokens.verify(provider, bearerOf(authorization)));
    const session = await this.sessions.find(provider, cookie);
    if (!session) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    assertCsrf(request, session.csrfToken);
    return session.person;
  }

  #provider() {
    const { provider } = this.config.settings;
    if (!provider) throw new DomainError('SW_NOT_FOUND');
    return provider;
  }
}

/** Exact match first, then without the port, as tenants are found. */
export function isHostOf(wanted: string | undefined, host: string | undefined): boolean {
  if (wanted === undefined || host === undefined) return false;
  const name = host.toLowerCase();
  return name === wanted || name.replace(/:[0-9]{1,5}$/, '') === wanted;
}
