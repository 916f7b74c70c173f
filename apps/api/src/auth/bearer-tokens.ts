import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LogIn, type Actor, type TenantRow } from '@scaiwave/core';
import { Clock } from '@scaiwave/telemetry';
import { AccessTokens, bearerOf } from './access-tokens.js';

const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** Who a token of a tenant's issuer is; people exist from their first login. */
@Injectable()
export class BearerTokens {
  readonly #known = new Map<string, { from: number; until: number; actor: Actor }>();

  constructor(
    private readonly tokens: AccessTokens,
    private readonly logIn: LogIn,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INVALID_TOKEN`, `SW_AUTH_EXPIRED_TOKEN`, `SW_AUTH_TENANT_MISMATCH`, `SW_AUTH_OIDC_FAILED` */
  async verify(tenant: TenantRow, authorization: string): Promise<Actor> {
    const token = bearerOf(authorization);
    // The token itself is never kept, only its hash; a change of the tenant's issuer or client makes it unknown.
    const key = createHash('sha256').update(`${tenant.id} ${tenant.oidc_issuer} ${tenant.oidc_client_id} ${token}`).digest('base64');
    const now = this.clock.now();
    const known = this.#known.get(key);
    if (known && now >= known.from && now < known.until) return known.actor;
    const claims = await this.tokens.verify({ issuer: tenant.oidc_issuer, clientId: tenant.oidc_client_id }, token);
    const actor = await this.logIn.run({ tenant, claims });
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, { from: now, until: Math.min(now + REMEMBER_MS, (claims.exp ?? 0) * 1000), actor });
    return actor;
  }
}
