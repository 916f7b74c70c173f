import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { forbidEgressExcept } from './index.js';

let server: Server;
let port: number;
let lift: () => void;

beforeAll(async () => {
  server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());
afterEach(() => lift());

test('what is allowed connects', async () => {
  lift = forbidEgressExcept([`127.0.0.1:${port}`]);
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
});

test.each<[string, () => Promise<unknown>]>([
  ['net', async () => connect({ port, host: '127.0.0.1' })],
  ['net with an address', async () => connect(port, '127.0.0.1')],
  ['net to localhost', async () => connect(port)],
  ['a Unix socket', async () => connect('/tmp/none.sock')],
  ['tls', async () => connectTls({ port, host: '127.0.0.1' })],
  ['http', async () => get({ port, host: '127.0.0.1' })],
  ['fetch', () => fetch(`http://127.0.0.1:${port}`).catch((error: Error) => Promise.reject(error.cause))],
])('%s to anything else throws', async (_client, open) => {
  lift = forbidEgressExcept(['127.0.0.1:1']);
  await expect(open()).rejects.toThrow(/^This process may not connect to /);
});
