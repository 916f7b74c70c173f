import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export interface TokenClaims {
  sub: string;
  preferred_username: string;
  name?: string | undefined;
  roles?: string[];
  /** the tenant's client id */
  aud: string;
  /** milliseconds since the epoch */
  now: number;
  /** default one hour */
  expiresInSeconds?: number;
}

/** Who the next login is, and when. */
export type LoginClaims = Omit<TokenClaims, 'aud' | 'expiresInSeconds'>;

/** An OpenID issuer on a real socket: its description, its keys, the code flow with PKCE, and tokens for whoever a test needs. */
export interface TestIssuer {
  url: string;
  token(claims: TokenClaims): Promise<string>;
  /** A token of a key that this issuer does not publish. */
  forgedToken(claims: TokenClaims): Promise<string>;
  /** The next browser that comes to the authorization endpoint is this person. */
  signInAs(person: LoginClaims): void;
  /** From now on this client is told from others by a secret, given in the one way that is named. */
  requireSecret(clientId: string, secret: string, method?: SecretMethod): void;
  close(): Promise<void>;
}

export type SecretMethod = 'client_secret_basic' | 'client_secret_post';

interface Grant {
  person: LoginClaims;
  clientId: string;
  redirectUri: string;
  challenge: string;
  nonce: string | null;
}

/** @param name of this machine in the issuer's URL: resources take plain http only from localhost */
export async function startTestIssuer(name: '127.0.0.1' | 'localhost' = '127.0.0.1'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const forger = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  const pages = new IssuerPages(jwk, privateKey);
  const server = createServer((request, response) => {
    pages.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://${name}:${(server.address() as { port: number }).port}`;
  return {
    url,
    token: (claims) => sign(url, privateKey, claims),
    forgedToken: (claims) => sign(url, forger.privateKey, claims),
    signInAs: (person) => {
      pages.person = person;
    },
    requireSecret: (clientId, secret, method = 'client_secret_basic') => {
      pages.secrets.set(clientId, secret);
      pages.method = method;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class IssuerPages {
  person: LoginClaims | null = null;
  readonly secrets = new Map<string, string>();
  method: SecretMethod | null = null;
  readonly #grants = new Map<string, Grant>();

  constructor(
    private readonly jwk: JWK,
    private readonly key: CryptoKey,
  ) {}

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const issuer = `http://${request.headers.host}`;
    const url = new URL(request.url ?? '/', issuer);
    if (url.pathname === '/jwks') return json(response, 200, { keys: [this.jwk] });
    if (url.pathname === '/.well-known/openid-configuration') return json(response, 200, metadataOf(issuer, this.method));
    if (url.pathname === '/auth') return this.#authorize(url.searchParams, response);
    if (url.pathname === '/token') return json(response, ...(await this.#exchange(issuer, new URLSearchParams(await textOf(request)), request.headers.authorization ?? '')));
    return json(response, 404, null);
  }

  #authorize(query: URLSearchParams, response: ServerResponse): void {
    const redirectUri = query.get('redirect_uri') ?? '';
    const code = randomBytes(16).toString('hex');
    if (this.person) this.#grants.set(code, { person: this.person, clientId: query.get('client_id') ?? '', redirectUri, challenge: query.get('code_challenge') ?? '', nonce: query.get('nonce') });
    const back = new URL(redirectUri);
    if (this.person) back.searchParams.set('code', code);
    else back.searchParams.set('error', 'access_denied');
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  }

  async #exchange(issuer: string, form: URLSearchParams, authorization: string): Promise<[number, unknown]> {
    const grant = this.#grants.get(form.get('code') ?? '');
    this.#grants.delete(form.get('code') ?? '');
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!grant || grant.challenge !== challenge || grant.redirectUri !== form.get('redirect_uri') || (form.has('client_id') && grant.clientId !== form.get('client_id'))) return [400, { error: 'invalid_grant' }];
    if (!this.#isClient(grant.clientId, form, authorization)) return [401, { error: 'invalid_client' }];
    const claims = { ...grant.person, aud: grant.clientId, ...(grant.nonce === null ? {} : { nonce: grant.nonce }) };
    return [200, { token_type: 'Bearer', expires_in: 3_600, access_token: await sign(issuer, this.key, claims), id_token: await sign(issuer, this.key, claims) }];
  }

  #isClient(clientId: string, form: URLSearchParams, authorization: string): boolean {
    const secret = this.secrets.get(clientId);
    if (secret === undefined) return true;
    if (this.method === 'client_secret_post') return form.get('client_secret') === secret && form.get('client_id') === clientId;
    const [id, given] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64').toString().split(':').map(decodeURIComponent);
    return id === clientId && given === secret;
  }
}

function sign(issuer: string, key: CryptoKey, { now, expiresInSeconds = 3_600, aud, ...claims }: TokenClaims): Promise<string> {
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'test' }).setIssuer(issuer).setAudience(aud).setIssuedAt(issuedAt).setExpirationTime(issuedAt + expiresInSeconds).sign(key);
}

function metadataOf(issuer: string, method: SecretMethod | null): object {
  return {
    issuer, jwks_uri: `${issuer}/jwks`, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, response_types_supported: ['code'],
    subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'], code_challenge_methods_supported: ['S256'],
    ...(method && { token_endpoint_auth_methods_supported: [method] }),
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
