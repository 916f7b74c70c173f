import { createLogger, inTrace, Metrics, PEERS_BY_NAME, startHealthServer, type HealthServer, type PeerState } from './index.js';

describe('log lines', () => {
  function capture(): { lines: () => Record<string, unknown>[]; destination: { write(text: string): void } } {
    const texts: string[] = [];
    return { lines: () => texts.map((text) => JSON.parse(text) as Record<string, unknown>), destination: { write: (text) => void texts.push(text) } };
  }

  test('a line is JSON with its fields and its sentence', () => {
    const { lines, destination } = capture();
    createLogger('api', { destination }).child({ tenantId: 't' }).warn({ code: 'SW_X' }, 'Refused.');
    expect(lines()[0]).toMatchObject({ level: 'warn', app: 'api', tenantId: 't', code: 'SW_X', msg: 'Refused.' });
  });

  test('a line written on account of a request has its trace', () => {
    const { lines, destination } = capture();
    const logger = createLogger('api', { destination });
    inTrace('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', () => logger.info('Within.'));
    logger.info('Outside.');
    expect(lines().map((line) => line['trace_id'])).toEqual(['0af7651916cd43dd8448eb211c80319c', undefined]);
  });

  test('secrets are redacted', () => {
    const { lines, destination } = capture();
    createLogger('api', { destination }).info({ token: 'abc', request: { headers: { authorization: 'Bearer abc', signature: 'abc' } }, key: { privateKey: 'abc' } });
    expect(JSON.stringify(lines())).not.toContain('abc');
  });

  test('of an error only what helps is written', () => {
    const { lines, destination } = capture();
    const err = Object.assign(new Error('no', { cause: new Error('why') }), { code: 'X1', client: { password: 'abc' } });
    createLogger('api', { destination }).error({ err }, 'Failed.');
    expect(lines()[0]).toMatchObject({ err: { type: 'Error', message: 'no', code: 'X1', cause: { message: 'why' } } });
    expect(JSON.stringify(lines())).not.toContain('abc');
  });
});

describe('metrics', () => {
  const peer = (n: number, more: Partial<PeerState> = {}): PeerState => ({
    tenant: 't', peer: `p${n}`, events: n + 1, oldestPendingSeconds: 1_000 - n, failingSeconds: n, verdict: 'down', isDue: false, isKeyUnconfirmed: false, ...more,
  });
  const show = (metrics: Metrics, peers: PeerState[], names = ['t']) =>
    metrics.setDelivery({ tenants: names.map((tenant) => ({ tenant, lanesStopped: 1, descriptorValidUntil: 9 })), peers, names: new Set(names) });
  const peersOf = async (gauge: Metrics['deliveryBacklog']) => new Map((await gauge.get()).values.map(({ labels, value }) => [labels.peer, value]));

  test('of a thousand peers only those that stand out most have a name', async () => {
    const metrics = new Metrics();
    await show(metrics, Array.from({ length: 1_000 }, (_, n) => peer(n)));
    const [events, ages, failing] = await Promise.all([metrics.deliveryBacklog, metrics.deliveryOldestPending, metrics.peerFailing].map(peersOf));
    for (const series of [events, ages, failing]) expect(series?.size).toBe(PEERS_BY_NAME + 1);
    expect([events?.get('p999'), events?.get('p950'), events?.get('p949')]).toEqual([1_000, 951, undefined]);
    expect(events?.get('other')).toBe((950 * 951) / 2);
    expect([ages?.get('other'), failing?.get('other'), failing?.get('p999')]).toEqual([1_000, 949, 999]);
    expect((await metrics.peersFailing.get()).values).toMatchObject([{ labels: { tenant: 't', verdict: 'down' }, value: 1_000 }]);
  });

  test('a peer that no longer stands out loses its series, and so does a tenant that is gone', async () => {
    const metrics = new Metrics();
    metrics.deliveryAttempts.inc({ tenant: 'gone', result: 'delivered' });
    metrics.deliveryAttempts.inc({ tenant: 't', result: 'delivered' });
    await show(metrics, [peer(1), peer(2), peer(3, { tenant: 'gone' })], ['t', 'gone']);
    expect(await metrics.registry.metrics()).toContain('tenant="gone"');
    await show(metrics, [peer(2)]);
    expect([...(await peersOf(metrics.deliveryBacklog)).keys()]).toEqual(['p2']);
    const text = await metrics.registry.metrics();
    expect([text.includes('tenant="gone"'), text.includes('scaiwave_delivery_attempts_total{tenant="t",result="delivered"} 1')]).toEqual([false, true]);
  });
});

describe('the health server', () => {
  let server: HealthServer;
  let isReady = false;
  beforeAll(async () => {
    const metrics = new Metrics();
    metrics.deliveryAttempts.inc({ tenant: 't', result: 'delivered' });
    server = await startHealthServer({ port: 0, isReady: () => isReady, metrics });
  });
  afterAll(() => server.close());
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return { status: response.status, text: await response.text() };
  };

  test('lives at once, and is ready when the app is', async () => {
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(503);
    isReady = true;
    expect((await ask('/readyz')).status).toBe(200);
  });

  test('shows the metrics, and nothing else', async () => {
    expect((await ask('/metrics')).text).toContain('scaiwave_delivery_attempts_total{tenant="t",result="delivered"} 1');
    expect((await ask('/')).status).toBe(404);
  });
});
