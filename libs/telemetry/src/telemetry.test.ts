import { createLogger, Metrics, startHealthServer, type HealthServer } from './index.js';

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
  test('only the peers with the largest backlog have a name', async () => {
    const metrics = new Metrics();
    metrics.setBacklogs(Array.from({ length: 60 }, (_, index) => ({ tenant: 't', peer: `p${index}`, events: index, oldestPendingSeconds: 60 - index })));
    const { values } = await metrics.deliveryBacklog.get();
    expect(values).toHaveLength(51);
    expect(values.find(({ labels }) => labels.peer === 'other')?.value).toBe(45);
    expect((await metrics.deliveryOldestPending.get()).values.find(({ labels }) => labels.peer === 'other')?.value).toBe(60);
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
