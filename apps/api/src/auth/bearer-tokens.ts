import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LogIn, type Actor, type TenantRow } from '@scaiwave/core';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { Issuers } from './issuers.js';

const REMEMBER_MS = 10_000;
const MAX_REMEMBERED = 10_000;
const CLOCK_TOLERANCE_S = 5;

/** Verifies OIDC access tokens of a tenant's issuer; people exist from their first login. */
@Injectable()
export class BearerTokens {
  readonly #known = new Map<string, { from: number; until: number; actor: Actor }>();

  constructor(
    private readonly issuers: Issuers,
    private readonly logIn: LogIn,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INVALID_TOKEN`, `SW_AUTH_EXPIRED_TOKEN`, `SW_AUTH_TENANT_MISMATCH`, `SW_AUTH_OIDC_FAILED` */
  async verify(tenant: TenantRow, authorization: string): Promise<Actor> {
    const [scheme, token, rest] = authorization.split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || rest !== undefined) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    // The token itself is never kept, only its hash; a change of the tenant's issuer or client makes it unknown.
    const key = createHash('sha256').update(`${tenant.id} ${tenant.oidc_issuer} ${tenant.oidc_client_id} ${token}`).digest('base64');
    const now = this.clock.now();
    const known = this.#known.get(key);
    if (known && now >= known.from && now < known.until) return known.actor;
    const claims = await this.#claims(tenant, token);
    const actor = await this.logIn.run({ tenant, claims });
    if (this.#known.size >= MAX_REMEMBERED) this.#known.clear();
    this.#known.set(key, { from: now, until: Math.min(now + REMEMBER_MS, (claims.exp ?? 0) * 1000), actor });
    return actor;
  }

  async #claims(tenant: TenantRow, token: string): Promise<JWTPayload> {
    const { keys } = await this.issuers.find(tenant.oidc_issuer, tenant.oidc_client_id);
    const payload = await this.#verified(token, keys);
    if (payload.iss !== tenant.oidc_issuer || ![payload.aud].flat().includes(tenant.oidc_client_id)) throw new DomainError('SW_AUTH_TENANT_MISMATCH');
    return payload;
  }

  async #verified(token: string, keys: Parameters<typeof jwtVerify>[1]): Promise<JWTPayload> {
    try {
      return (await jwtVerify(token, keys as never, { currentDate: this.clock.date(), requiredClaims: ['exp', 'sub'], clockTolerance: CLOCK_TOLERANCE_S })).payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new DomainError('SW_AUTH_EXPIRED_TOKEN');
      throw new DomainError(isAboutToken(error) ? 'SW_AUTH_INVALID_TOKEN' : 'SW_AUTH_OIDC_FAILED');
    }
  }
}

/** Whatever is wrong with a token is one of jose's errors; the others say that the issuer's keys could not be had. */
function isAboutToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) && error.code !== 'ERR_JOSE_GENERIC';
}
