import { DomainError } from '@scaiwave/protocol';
import * as oidc from 'openid-client';

/** What an issuer publishes about itself. Plain http only where the issuer itself is a local name. */
export async function discoverIssuer(issuer: string, clientId = 'scaiwave'): Promise<oidc.ServerMetadata> {
  return (await discoverClient(issuer, clientId)).serverMetadata();
}

/** @throws DomainError `SW_AUTH_OIDC_FAILED` */
export async function discoverClient(issuer: string, clientId: string): Promise<oidc.Configuration> {
  const url = new URL(issuer);
  const isLocal = url.hostname === 'localhost' || url.hostname === '127.0.0.1' || url.hostname.endsWith('.localhost');
  try {
    return await oidc.discovery(url, clientId, undefined, oidc.None(), isLocal ? { execute: [oidc.allowInsecureRequests] } : {});
  } catch {
    throw new DomainError('SW_AUTH_OIDC_FAILED', { issuer });
  }
}
