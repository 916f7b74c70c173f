import { Injectable } from '@nestjs/common';
import type { ProviderConfig } from '@scaiwave/config';
import { DomainError } from '@scaiwave/protocol';
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import type { TenantRow } from '@scaiwave/core';
import { Egress } from '../egress.js';
import { ClientSecrets } from './client-secrets.js';

export interface Issuer {
  client: oidc.Configuration;
  keys: JWTVerifyGetKey;
}

const FRESH_MS = 600_000;
const KEYS_COOLDOWN_MS = 1_000;

/** The OpenID issuers that tenants and the provider have configured, as they describe themselves: the only servers that the API calls. */
@Injectable()
export class Issuers {
  readonly #known = new Map<string, { at: number; issuer: Promise<Issuer> }>();

  constructor(
    private readonly egress: Egress,
    private readonly secrets: ClientSecrets,
  ) {}

  /** @throws DomainError `SW_AUTH_OIDC_FAILED` if the issuer cannot be reached, or does not publish what is needed */
  find(issuer: string, clientId: string): Promise<Issuer> {
    const key = `${issuer} ${clientId}`;
    const known = this.#known.get(key);
    if (known && performance.now() - known.at < FRESH_MS) return known.issuer;
    const found = this.#discover(issuer, clientId);
    this.#known.set(key, { at: performance.now(), issuer: found });
    // A failure is not remembered: the next request asks again.
    found.catch(() => this.#known.delete(key));
    return found;
  }

  /** Who we are at the issuer's token endpoint: with the tenant's client secret where it has one, in the way that the issuer takes. @throws as `find` */
  async findClient(tenant: TenantRow): Promise<oidc.Configuration> {
    return this.#identify({ issuer: tenant.oidc_issuer, clientId: tenant.oidc_client_id }, await this.secrets.find(tenant));
  }

  /** The same for the provider, at its own issuer. @throws as `find` */
  async findProvidersClient(provider: ProviderConfig): Promise<oidc.Configuration> {
    return this.#identify(provider, await this.secrets.findProviders(provider));
  }

  async #identify({ issuer, clientId }: { issuer: string; clientId: string }, secret: string | null): Promise<oidc.Configuration> {
    const { client } = await this.find(issuer, clientId);
    if (secret === null) return client;
    const metadata = client.serverMetadata();
    // What an issuer does not say is client_secret_basic (OpenID Connect Discovery 1.0 §3).
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isBasic = methods.includes('client_secret_basic') || !methods.includes('client_secret_post');
    const withSecret = new oidc.Configuration(metadata, clientId, undefined, isBasic ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret));
    if (isLocalName(new URL(issuer))) oidc.allowInsecureRequests(withSecret);
    return withSecret;
  }

  async #discover(issuer: string, clientId: string): Promise<Issuer> {
    const url = new URL(issuer);
    this.egress.allowIssuer(issuer);
    const client = await oidc.discovery(url, clientId, undefined, oidc.None(), isLocalName(url) ? { execute: [oidc.allowInsecureRequests] } : {}).catch((cause: unknown) => {
      throw new DomainError('SW_AUTH_OIDC_FAILED', { issuer, reason: cause instanceof Error ? cause.message : 'unreachable' });
    });
    const { jwks_uri: keysUrl, token_endpoint: tokenUrl } = client.serverMetadata();
    if (!keysUrl) throw new DomainError('SW_AUTH_OIDC_FAILED', { issuer, reason: 'it publishes no keys' });
    for (const published of [keysUrl, tokenUrl]) if (published) this.egress.allowIssuer(published);
    return { client, keys: createRemoteJWKSet(new URL(keysUrl), { cooldownDuration: KEYS_COOLDOWN_MS }) };
  }
}

// Plain http only where the issuer itself is a local name.
function isLocalName({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname.endsWith('.localhost');
}
