import { Injectable } from '@nestjs/common';
import { DomainError } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { Issuers } from './issuers.js';

const CLOCK_TOLERANCE_S = 5;

/** Whose tokens are believed, and for whom they must have been made. */
export interface Audience {
  issuer: string;
  clientId: string;
}

/** Verifies OIDC access tokens: signature, time, issuer and audience. Who it is, is for others to say. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly issuers: Issuers,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INVALID_TOKEN`, `SW_AUTH_EXPIRED_TOKEN`, `SW_AUTH_TENANT_MISMATCH`, `SW_AUTH_OIDC_FAILED` */
  async verify({ issuer, clientId }: Audience, token: string): Promise<JWTPayload> {
    const { keys } = await this.issuers.find(issuer, clientId);
    const payload = await this.#verified(token, keys);
    if (payload.iss !== issuer || ![payload.aud].flat().includes(clientId)) throw new DomainError('SW_AUTH_TENANT_MISMATCH');
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

/** The token of an Authorization header. @throws DomainError `SW_AUTH_INVALID_TOKEN` */
export function bearerOf(authorization: string): string {
  const [scheme, token, rest] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token || rest !== undefined) throw new DomainError('SW_AUTH_INVALID_TOKEN');
  return token;
}

/** Whatever is wrong with a token is one of jose's errors; the others say that the issuer's keys could not be had. */
function isAboutToken(error: unknown): boolean {
  if (!(error instanceof errors.JOSEError)) return false;
  return !(error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) && error.code !== 'ERR_JOSE_GENERIC';
}
