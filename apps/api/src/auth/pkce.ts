import { DomainError } from '@scaiwave/protocol';
import * as oidc from 'openid-client';

/** What has to be kept until the browser comes back. */
export interface Attempt {
  state: string;
  verifier: string;
  nonce: string;
}

/** Begins the authorization code flow with PKCE (RFC 7636). @returns the address at the issuer, and what its end is checked against */
export async function beginPkce(client: oidc.Configuration, redirectUri: string): Promise<{ href: string; attempt: Attempt }> {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const parameters = {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  return { href: oidc.buildAuthorizationUrl(client, parameters).href, attempt: { state, verifier, nonce } };
}

/** Who the issuer says it is. @throws DomainError `SW_AUTH_OIDC_FAILED` */
export async function endPkce(client: oidc.Configuration, callback: URL, { state, verifier, nonce }: Attempt): Promise<oidc.IDToken> {
  try {
    const claims = (await oidc.authorizationCodeGrant(client, callback, { pkceCodeVerifier: verifier, expectedNonce: nonce, expectedState: state, idTokenExpected: true })).claims();
    if (claims) return claims;
  } catch {
    // Every failure of the exchange is the same to the person: start again.
  }
  throw new DomainError('SW_AUTH_OIDC_FAILED');
}
