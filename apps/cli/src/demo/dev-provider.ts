import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SignJWT, importJWK, type JWK } from 'jose';
import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { MemoryAdapter } from './memory-adapter.js';
import { loginPage, peoplePage, type LoginChoice } from './login-page.js';

/** A person who can log in with one click. */
export interface DevAccount {
  /** `alice@acme.localhost` */
  sub: string;
  clientId: string;
  localId: string;
  displayName: string;
  roles: string[];
}

export interface DevProviderOptions {
  issuer: string;
  accounts: DevAccount[];
  clients: { clientId: string; displayName: string; redirectUris: string[] }[];
  /** Private RSA key that signs all tokens; kept between starts, so that tokens outlive a restart. */
  jwk: JWK & { kid: string };
  cookieKey: string;
}

const TOKEN_LIFETIME_S = 86_400;

function claimsOf(account: DevAccount): Record<string, unknown> {
  return { preferred_username: account.localId, name: account.displayName, email: account.sub, roles: account.roles };
}

async function grantEverything(ctx: KoaContextWithOIDC): Promise<InstanceType<Provider['Grant']>> {
  const { client, provider, session } = ctx.oidc;
  const grant = new provider.Grant({ clientId: client!.clientId, accountId: session!.accountId! });
  grant.addOIDCScope('openid profile email');
  grant.addResourceScope(audienceUri(client!.clientId), 'openid profile email');
  await grant.save();
  return grant;
}

/** Resource indicators (RFC 8707) must be URIs; the audience inside the token is the plain client id. */
function audienceUri(clientId: string): string {
  return `urn:scaiwave:${clientId}`;
}

function buildConfiguration(options: DevProviderOptions): Configuration {
  const find = (sub: string | undefined): DevAccount | undefined => options.accounts.find((account) => account.sub === sub);
  return {
    adapter: MemoryAdapter,
    jwks: { keys: [options.jwk as never] },
    cookies: { keys: [options.cookieKey] },
    clients: options.clients.map((client) => ({
      client_id: client.clientId, client_name: client.displayName, redirect_uris: client.redirectUris,
      grant_types: ['authorization_code'], response_types: ['code'], token_endpoint_auth_method: 'none',
    })),
    findAccount: (_, sub) => {
      const account = find(sub);
      return account && { accountId: sub, claims: () => ({ sub, ...claimsOf(account) }) };
    },
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'roles'], email: ['email'] },
    // Claims in the ID token: our API logs people in from it and never calls userinfo.
    conformIdTokenClaims: false,
    extraTokenClaims: (_, token) => {
      const account = 'accountId' in token ? find(token.accountId) : undefined;
      return account && claimsOf(account);
    },
    features: {
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, client) => audienceUri(client.clientId),
        useGrantedResource: () => true,
        getResourceServerInfo: (_, __, client) => ({
          scope: 'openid profile email', audience: client.clientId, accessTokenFormat: 'jwt',
          accessTokenTTL: TOKEN_LIFETIME_S, jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: grantEverything,
    renderError: (ctx, out) => {
      ctx.type = 'text/plain';
      ctx.body = `The login did not work: ${out.error_description ?? out.error}. Go back and start it again.\n`;
    },
    ttl: { AccessToken: TOKEN_LIFETIME_S, AuthorizationCode: 60, Grant: TOKEN_LIFETIME_S, IdToken: 3_600, Interaction: 3_600, Session: TOKEN_LIFETIME_S },
  };
}

/**
 * The demo's OpenID provider: a real oidc-provider whose login is one click, and `GET /token?user=alice@acme.localhost`,
 * which hands a bearer token to scripts. For demos and tests on loopback only: it asks nobody for a password.
 */
export class DevProvider {
  private readonly provider: Provider;
  private readonly server: Server;

  constructor(private readonly options: DevProviderOptions) {
    this.provider = new Provider(options.issuer, buildConfiguration(options));
    const oidc = this.provider.callback();
    this.server = createServer((req, res) => {
      this.answer(req, res, () => void oidc(req, res)).catch((error: unknown) => {
        if (!res.headersSent) res.writeHead(400, { 'content-type': 'text/plain' });
        res.end(`The login did not work: ${(error as Error).message}. Go back and start it again.\n`);
      });
    });
  }

  /** @param port 0 for any free one; resolves with the port @throws when the port is in use */
  async listen(port: number, host = '127.0.0.1'): Promise<number> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, host, resolve));
    return (this.server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(req: IncomingMessage, res: ServerResponse, oidc: () => void): Promise<void> {
    const url = new URL(req.url ?? '/', this.options.issuer);
    if (url.pathname.startsWith('/interaction/')) return this.interact(req, res, url);
    if (url.pathname === '/token' && req.method === 'GET') return this.sendToken(res, url.searchParams.get('user'));
    if (url.pathname === '/' && req.method === 'GET') return sendHtml(res, peoplePage(this.choices()));
    // A login begins without a session: the demo's visitor is several people in one browser, and oidc-provider
    // would make them log out in between.
    if (/^\/auth(\/|$)/.test(url.pathname)) req.headers.cookie = withoutSession(req.headers.cookie);
    oidc();
  }

  private choices(clientId?: string): LoginChoice[] {
    return this.options.accounts.filter((account) => clientId === undefined || account.clientId === clientId)
      .map(({ sub, displayName, roles }) => ({ sub, displayName, isAdmin: roles.includes('admin') }));
  }

  private async interact(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void> {
    const details = await this.provider.interactionDetails(req, res);
    const clientId = String(details.params['client_id']);
    const chosen = url.searchParams.get('as');
    const account = this.options.accounts.find((a) => a.sub === chosen && a.clientId === clientId);
    if (req.method === 'POST' && account) {
      await this.provider.interactionFinished(req, res, { login: { accountId: account.sub, remember: false } }, { mergeWithLastSubmission: false });
      return;
    }
    const name = this.options.clients.find((client) => client.clientId === clientId)?.displayName ?? clientId;
    sendHtml(res, loginPage({ tenant: name, action: url.pathname, choices: this.choices(clientId) }));
  }

  private async sendToken(res: ServerResponse, sub: string | null): Promise<void> {
    const account = this.options.accounts.find((a) => a.sub === sub);
    if (!account) {
      res.writeHead(404, { 'content-type': 'text/plain' });
      res.end(`No such person. Try one of: ${this.options.accounts.map((a) => a.sub).join(', ')}\n`);
      return;
    }
    res.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-store' });
    res.end(await this.mintToken(account));
  }

  /** An access token as the provider itself makes them (RFC 9068), valid for a day. */
  private async mintToken(account: DevAccount): Promise<string> {
    // Whole seconds of this process' Date, which dev-provider-main moves with the demo's clock.
    const now = Math.floor(Date.now() / 1000); // oxlint-disable-line -- the process clock is already moved here
    return new SignJWT({ ...claimsOf(account), client_id: account.clientId, scope: 'openid profile email' })
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: this.options.jwk.kid })
      .setIssuer(this.options.issuer).setSubject(account.sub).setAudience(account.clientId)
      .setIssuedAt(now).setExpirationTime(now + TOKEN_LIFETIME_S)
      .sign(await importJWK(this.options.jwk, 'RS256'));
  }
}

function withoutSession(cookies = ''): string {
  return cookies.split('; ').filter((cookie) => !cookie.startsWith('_session')).join('; ');
}

function sendHtml(res: ServerResponse, html: string): void {
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" });
  res.end(html);
}
