import { Injectable } from '@nestjs/common';
import { DomainError } from '@scaiwave/protocol';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { discoverIssuer } from './discover-issuer.js';

/** The signing keys of the issuers that tenants have configured: the only servers that the API talks to besides its own. */
@Injectable()
export class IssuerKeys {
  readonly #sets = new Map<string, Promise<JWTVerifyGetKey>>();

  /** @throws DomainError `SW_AUTH_OIDC_FAILED` if the issuer cannot be reached */
  keysOf(issuer: string): Promise<JWTVerifyGetKey> {
    const known = this.#sets.get(issuer);
    if (known) return known;
    const set = discoverIssuer(issuer).then((metadata) => {
      if (!metadata.jwks_uri) throw new DomainError('SW_AUTH_OIDC_FAILED');
      return createRemoteJWKSet(new URL(metadata.jwks_uri), { cooldownDuration: 1_000 });
    });
    this.#sets.set(issuer, set);
    // A failure is not remembered: the next request asks again.
    set.catch(() => this.#sets.delete(issuer));
    return set;
  }
}
