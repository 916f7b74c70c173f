import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LogIn, type Actor, type TenantRow } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { IssuerKeys } from './issuer-keys.js';

const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;

/** Verifies OIDC access tokens of a tenant's issuer; people exist from their first login. */
@Injectable()
export class BearerTokens {
  readonly #known = new Map<string, { until: number; actor: Actor }>();

  constructor(
    private readonly issuers: IssuerKeys,
    private readonly logIn: LogIn,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INVALID_TOKEN`, `SW_AUTH_EXPIRED_TOKEN`, `SW_AUTH_TENANT_MISMATCH` */
  async verify(tenant: TenantRow, authorization: string): Promise<Actor> {
    const [scheme, token, rest] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest !== undefined) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    // The token itself is never kept, only its hash; a revoked role is seen within ten seconds.
    const key = `${tenant.id}/${createHash('sha256').update(token).digest('base64')}`;
    const now = this.clock.now();
    const known = this.#known.get(key);
    if (known && now < known.until && now > known.until - 2 * REMEMBER_MS) return known.actor;
    const claims = await this.#claims(tenant, token);
    const actor = await this.logIn.run({ tenant, claims });
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, { until: Math.min(now + REMEMBER_MS, (claims.exp ?? 0) * 1000), actor });
    return actor;
  }

  async #claims(tenant: TenantRow, token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, await this.issuers.keysOf(tenant.oidc_issuer), { currentDate: this.clock.date(), requiredClaims: ['exp', 'sub'], clockTolerance: 5 });
      const audiences = [payload.aud].flat();
      if (payload.iss !== tenant.oidc_issuer || !audiences.includes(tenant.oidc_client_id)) throw new DomainError('SW_AUTH_TENANT_MISMATCH');
      return payload;
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw new DomainError(error instanceof errors.JWTExpired ? 'SW_AUTH_EXPIRED_TOKEN' : 'SW_AUTH_INVALID_TOKEN');
    }
  }
}
