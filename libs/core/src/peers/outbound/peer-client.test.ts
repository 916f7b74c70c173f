import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseServerName } from '@scaiwave/protocol';
import { PeerClient } from './peer-client.js';

// A made-up authority, and a certificate of it for chat.partner.test, both good for a hundred years.
const pem = (file: string): string => readFileSync(fileURLToPath(new URL(`./private-authority/${file}`, import.meta.url)), 'utf8');

describe('a peer whose TLS a private authority vouches for', () => {
  let server: Server;
  let client: PeerClient;
  beforeAll(async () => {
    server = createServer({ cert: pem('leaf.crt'), key: pem('leaf.key') }, (_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = new PeerClient();
  });
  afterAll(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const reach = (caCertificate: string | null, name = 'chat.partner.test') => client.exchange({
    endpoint: { serverName: parseServerName(name), origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, hostname: 'x.test', isLoopbackName: true, allowsInternal: true, caCertificate },
    method: 'GET', target: '/', headers: {}, timeoutMs: 10_000, maxBytes: 100,
  });

  test('is reached under that authority', async () => {
    expect(await reach(pem('ca.crt'))).toMatchObject({ kind: 'answer', status: 200 });
  });

  test('is not reached under the public ones, though connections to it are open', async () => {
    await reach(pem('ca.crt'));
    expect(await reach(null)).toMatchObject({ kind: 'unreachable', reason: 'tls' });
  });

  test('must still be who it says', async () => {
    expect(await reach(pem('ca.crt'), 'chat.other.test')).toMatchObject({ kind: 'unreachable', reason: 'tls' });
  });
});
