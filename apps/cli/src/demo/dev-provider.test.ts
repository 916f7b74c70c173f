import { createHash, randomBytes } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { freePort } from '@scaiwave/config';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { DevProvider } from './dev-provider.js';

const REDIRECT = 'http://acme.localhost:8080/v1/auth/callback';

describe('the development login provider', () => {
  let provider: DevProvider;
  let issuer: string;

  beforeAll(async () => {
    const port = await freePort();
    issuer = `http://localhost:${port}`;
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    provider = new DevProvider({
      issuer, cookieKey: 'test', jwk: { ...(await exportJWK(privateKey)), kid: 'k1', alg: 'RS256', use: 'sig' },
      clients: [{ clientId: 'acme', displayName: 'Acme <&>', redirectUris: [REDIRECT] }],
      accounts: [
        { sub: 'alice@acme.localhost', clientId: 'acme', localId: 'alice', displayName: 'Alice', roles: [] },
        { sub: 'bob@acme.localhost', clientId: 'acme', localId: 'bob', displayName: 'Bob', roles: ['admin'] },
        { sub: 'carol@globex.localhost', clientId: 'globex', localId: 'carol', displayName: 'Carol', roles: ['admin'] },
      ],
    });
    await provider.listen(port);
  });
  afterAll(() => provider.close());

  const cookies = new Map<string, string>();
  beforeEach(() => cookies.clear());

  /** One step of a browser: keeps cookies, does not follow redirects. */
  function visit(method: string, url: string, body = ''): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(url, issuer), {
        method, agent: false,
        headers: { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; '), 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) },
      }, (response) => {
        for (const line of response.headers['set-cookie'] ?? []) {
          const [pair = ''] = line.split(';');
          cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
        }
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
      });
      sent.on('error', reject).end(body);
    });
  }

  async function openLogin() {
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
      client_id: 'acme', response_type: 'code', redirect_uri: REDIRECT, scope: 'openid profile email', state: 's', nonce: 'n',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256',
    });
    const started = await visit('GET', `/auth?${query}`);
    return { verifier, page: await visit('GET', started.headers.location!) };
  }

  async function click(page: string, name: string): Promise<string> {
    const action = new RegExp(`action="([^"]+as=${name}[^"]*)"`).exec(page)![1]!;
    let step = await visit('POST', action.replaceAll('&amp;', '&'));
    while (step.headers.location && !step.headers.location.startsWith(REDIRECT)) step = await visit('GET', step.headers.location);
    return step.headers.location!;
  }

  async function logIn(name: string) {
    const { verifier, page } = await openLogin();
    const back = new URL(await click(page.text, name));
    const tokens = await visit('POST', '/token', new URLSearchParams({
      grant_type: 'authorization_code', client_id: 'acme', code: back.searchParams.get('code')!, redirect_uri: REDIRECT, code_verifier: verifier,
    }).toString());
    return JSON.parse(tokens.text) as { id_token: string; access_token: string };
  }

  it('shows only the people of the tenant, each as one button', async () => {
    const { page } = await openLogin();
    expect(page.text.match(/<button>Log in as \w+/g)).toEqual(['<button>Log in as Alice', '<button>Log in as Bob']);
    expect(page.text).toContain('Log in to Acme &lt;&amp;>');
  });

  it('logs in with one click and says in the ID token who it is', async () => {
    const { id_token } = await logIn('bob');
    expect(decodeJwt(id_token)).toMatchObject({ iss: issuer, aud: 'acme', sub: 'bob@acme.localhost', preferred_username: 'bob', name: 'Bob', roles: ['admin'], nonce: 'n' });
  });

  it('gives an access token that is a JWT for the client, valid a day, and verifies with the published keys', async () => {
    const { access_token } = await logIn('alice');
    const { payload } = await jwtVerify(access_token, createRemoteJWKSet(new URL('/jwks', issuer)), { issuer, audience: 'acme' });
    expect(payload).toMatchObject({ sub: 'alice@acme.localhost', preferred_username: 'alice', roles: [] });
    expect(payload.exp! - payload.iat!).toBe(86_400);
  });

  it('asks again who it is at the next login, so that one browser can be several people', async () => {
    await logIn('alice');
    expect(decodeJwt((await logIn('bob')).id_token)['preferred_username']).toBe('bob');
  });

  it('hands scripts a token of the same form', async () => {
    const { status, text } = await visit('GET', '/token?user=carol@globex.localhost');
    expect(status).toBe(200);
    const { payload } = await jwtVerify(text, createRemoteJWKSet(new URL('/jwks', issuer)), { issuer, audience: 'globex' });
    expect(payload).toMatchObject({ sub: 'carol@globex.localhost', preferred_username: 'carol', roles: ['admin'] });
    expect(decodeProtectedHeader(text)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: 'k1' });
    expect((await visit('GET', '/token?user=mallory')).status).toBe(404);
  });

  it('lets nobody log in to another tenant, and sends the code nowhere else', async () => {
    const { page } = await openLogin();
    const action = /action="([^"?]+)/.exec(page.text)![1]!;
    const refused = await visit('POST', `${action}?as=carol%40globex.localhost`);
    expect(refused).toMatchObject({ status: 200, text: expect.stringContaining('Log in as Alice') });
    const elsewhere = await visit('GET', `/auth?client_id=acme&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Fevil.test%2F&code_challenge=${'a'.repeat(43)}&code_challenge_method=S256`);
    expect(elsewhere).toMatchObject({ status: 400, text: expect.stringContaining('The login did not work: redirect_uri') });
  });

  it('answers a login page that is over with a sentence', async () => {
    expect(await visit('GET', '/interaction/gone')).toMatchObject({ status: 400, text: expect.stringContaining('start it again') });
  });
});
