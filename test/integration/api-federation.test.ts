import { request } from 'node:http';
import { connect } from 'node:net';
import { PeerSigner, type SignedRequest } from '@scaiwave/testing';
import { newId } from '@scaiwave/telemetry';
import { ApiWorld, type Caller } from './api-world.js';

// The order of checks and what each refuses is tested at the inbox itself; here: that HTTP brings it whole and unchanged.
const SEND = '/_scaiwave/federation/v1/send';
let world: ApiWorld;
let gamma: PeerSigner;
let alice: Caller;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
  alice = await world.person('alice');
  // Signatures tell the second: one of that in which the memory of nonces begins would be from before it.
  await world.advance({ seconds: 2 });
  gamma = new PeerSigner('gamma.test', world.clock);
  const [tenant] = await world.database.rows<{ id: string }>('SELECT id FROM tenants');
  await world.database.rows(`INSERT INTO policies (tenant_id, admin, updated_at) VALUES ($1, '{"default_mode":"open","directory":"open"}', now())`, [tenant!.id]);
  await world.database.rows(
    `INSERT INTO peers (tenant_id, server_name, descriptor, descriptor_fetched_at, descriptor_valid_until, created_at) VALUES ($1, 'gamma.test', $2, now(), now() + interval '1 day', now())`,
    [tenant!.id, gamma.descriptor()],
  );
  await world.database.rows(`INSERT INTO peer_keys (tenant_id, server_name, kid, public_key, state, first_seen_at) VALUES ($1, 'gamma.test', $2, $3, 'active', now())`, [tenant!.id, gamma.key.kid, gamma.key.publicKey]);
});
afterAll(() => world.close());

/** Sends exactly these headers, repeated ones repeated, and these bytes. */
function deliver(signed: SignedRequest, more: [string, string][] = []): Promise<{ status: number; body: any; headers: Record<string, unknown> }> {
  const { port } = new URL(world.client.address);
  const flat = [...signed.headers, ...more, ...(signed.body.length > 0 ? [['Content-Length', String(signed.body.length)] as [string, string]] : [])].flat();
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method: signed.method, path: signed.target, headers: flat as never, setHost: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: JSON.parse(Buffer.concat(chunks).toString() || '{}') }));
    });
    sent.on('error', reject);
    sent.end(signed.body);
  });
}

test('a signed request arrives byte for byte', async () => {
  const body = `{ "batch_id": "${newId(world.clock)}",\n\t"events": [], "ephemeral": [] }`;
  const answer = await deliver(gamma.request({ to: 'alpha.test', body }));
  expect([answer.status, answer.body.data?.results]).toEqual([200, []]);
});

test('gzip is taken as it was sent', async () => {
  expect((await deliver(gamma.send('alpha.test', [], { gzip: true }))).status).toBe(200);
});

test('a path with a query is signed as it stands', async () => {
  const answer = await deliver(gamma.request({ to: 'alpha.test', target: '/_scaiwave/federation/v1/directory?q=al%69ce&limit=5' }));
  expect([answer.status, answer.body.data?.[0]?.fqid]).toEqual([200, alice.fqid]);
});

test('a signature header that comes twice is seen twice', async () => {
  const signed = gamma.send('alpha.test', []);
  const [, value] = signed.headers.find(([name]) => name.toLowerCase() === 'signature')!;
  // Of two members of one name the last one counts (RFC 9651 §3.2): it is not the one that fits.
  const answer = await deliver(signed, [['Signature', `${value.split('=')[0]}=:${Buffer.alloc(64).toString('base64')}:`]]);
  expect([answer.status, answer.body.error?.code]).toEqual([401, 'SW_FED_SIGNATURE_MISMATCH']);
});

test('one bit in the body is enough', async () => {
  const signed = gamma.send('alpha.test', []);
  signed.body[signed.body.length - 1] = 0x20;
  expect((await deliver(signed)).body.error?.code).toBe('SW_FED_SIGNATURE_MISMATCH');
});

test('the same request again is a replay', async () => {
  const signed = gamma.send('alpha.test', []);
  expect((await deliver(signed)).status).toBe(200);
  expect((await deliver(signed)).status).toBe(401);
});

test.each<[string, () => SignedRequest, number, string]>([
  ['a host that is no tenant', () => gamma.send('beta.test', []), 404, 'SW_TENANT_NOT_FOUND'],
  ['another path', () => gamma.request({ to: 'alpha.test', target: '/_scaiwave/federation/v1/nothing' }), 404, 'SW_NOT_FOUND'],
  ['another version', () => gamma.request({ to: 'alpha.test', target: '/_scaiwave/federation/v9/send', body: {} }), 404, 'SW_NOT_FOUND'],
  ['another method', () => gamma.request({ to: 'alpha.test', method: 'PUT', target: SEND, body: {} }), 405, 'SW_METHOD_NOT_ALLOWED'],
  ['more than a mebibyte', () => gamma.request({ to: 'alpha.test', target: SEND, body: Buffer.alloc(1_048_577, 0x20) }), 413, 'SW_CONTENT_TOO_LARGE'],
  ['much more than a mebibyte', () => gamma.request({ to: 'alpha.test', target: SEND, body: Buffer.alloc(3 * 1_048_576, 0x20) }), 413, 'SW_CONTENT_TOO_LARGE'],
])('%s', async (_what, signed, status, code) => {
  const answer = await deliver(signed());
  expect([answer.status, answer.body.error?.code]).toEqual([status, code]);
});

describe('what is wrong before the body is', () => {
  const huge = (to: string, more: { target?: string; method?: string } = {}) => gamma.request({ to, method: 'POST', target: SEND, body: Buffer.alloc(3 * 1_048_576, 0x20), ...more });
  const withType = (signed: SignedRequest): SignedRequest => ({ ...signed, headers: signed.headers.map(([name, value]) => [name, name === 'Content-Type' ? 'no/type at;all=' : value]) });
  test.each<[string, () => SignedRequest, number, string]>([
    ['a host that is no tenant', () => huge('beta.test'), 404, 'SW_TENANT_NOT_FOUND'],
    ['another path', () => huge('alpha.test', { target: '/_scaiwave/federation/v1/nothing' }), 404, 'SW_NOT_FOUND'],
    ['another method', () => huge('alpha.test', { method: 'PUT' }), 405, 'SW_METHOD_NOT_ALLOWED'],
  ])('is said of a body that is much too long, too: %s', async (_what, signed, status, code) => {
    const answer = await deliver(signed());
    expect([answer.status, answer.body.error?.code, answer.headers.connection]).toEqual([status, code, 'close']);
  });

  test('is said of a body whose type cannot be read, too', async () => {
    expect((await deliver(withType(gamma.send('beta.test', [])))).body.error?.code).toBe('SW_TENANT_NOT_FOUND');
    expect((await deliver(withType(huge('alpha.test')))).body.error?.code).toBe('SW_CONTENT_TOO_LARGE');
    expect((await deliver(withType(gamma.send('alpha.test', [])))).body.error?.code).toBe('SW_UNSUPPORTED_MEDIA_TYPE');
  });
});

test('a body that says nothing of its length is cut off at the limit', async () => {
  const { port } = new URL(world.client.address);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write(`POST ${SEND} HTTP/1.1\r\nHost: alpha.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
  const answer = await new Promise<string>((resolve) => {
    let sent = 0;
    const more = (): void => {
      for (; sent < 64 && socket.writable; sent++) if (!socket.write(chunk)) return void socket.once('drain', more);
    };
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.on('end', () => socket.end());
    more();
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toContain('SW_CONTENT_TOO_LARGE');
});
