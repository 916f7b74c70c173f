import { once } from 'node:events';
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

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

/** An OpenID issuer on a real socket: its description, its keys, and tokens for whoever a test needs. */
export interface TestIssuer {
  url: string;
  token(claims: TokenClaims): Promise<string>;
  close(): Promise<void>;
}

export async function startTestIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    const metadata = { issuer: url, jwks_uri: `${url}/jwks`, authorization_endpoint: `${url}/auth`, token_endpoint: `${url}/token`, response_types_supported: ['code'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] };
    const answer = request.url === '/jwks' ? { keys: [jwk] } : request.url === '/.well-known/openid-configuration' ? metadata : null;
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return {
    url,
    token: ({ now, expiresInSeconds = 3_600, aud, ...claims }) => {
      const issuedAt = Math.floor(now / 1000);
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'test' }).setIssuer(url).setAudience(aud).setIssuedAt(issuedAt).setExpirationTime(issuedAt + expiresInSeconds).sign(privateKey);
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
