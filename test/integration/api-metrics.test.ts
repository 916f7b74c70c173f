import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { LABEL_VALUES, Metrics } from '@scaiwave/telemetry';
import { until } from '@scaiwave/testing';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let alice: Caller;

beforeAll(async () => {
  world = await ApiWorld.create();
  alice = await world.person('alice');
});
afterAll(() => world?.close());

const counted = async (): Promise<Record<string, number>> => {
  const { values } = await world.get(Metrics).httpRequests.get();
  return Object.fromEntries(values.map(({ labels, value }) => [`${labels.area} ${labels.status}`, value]));
};

test('every answer of the API is counted by area and status, and timed by area', async () => {
  const before = await counted();
  await alice.must('GET', '/v1/rooms');
  await alice.call('GET', '/v1/rooms/none');
  await world.client.call({ path: '/.well-known/scaiwave/server', host: 'alpha.test' });
  await world.client.call({ path: '/_scaiwave/federation/v1/send', host: 'nobody.test', body: {} });
  await world.client.call({ path: '/nothing-here', host: 'alpha.test' });
  // Counted when the answer is out: its client may be faster.
  await until('the last answer is counted', async () => (await counted())['web 404'] !== undefined);
  const after = await counted();
  const news = Object.keys(after).filter((key) => after[key] !== before[key]).toSorted();
  expect(news).toEqual(['client 200', 'client 404', 'federation 404', 'federation 503', 'web 404']);
  const duration = await world.get(Metrics).httpDuration.get();
  expect(new Set(duration.values.map(({ labels }) => labels.area))).toEqual(new Set(LABEL_VALUES.area));
});

test('an error of ours is a 500: the alert counts it', async () => {
  await world.database.rows('REVOKE SELECT ON rooms FROM scaiwave_app');
  expect((await alice.call('GET', '/v1/rooms')).status).toBe(500);
  await world.database.rows('GRANT SELECT ON rooms TO scaiwave_app');
  await until('the answer is counted', async () => (await counted())['client 500'] === 1);
  expect((await counted())['client 500']).toBe(1);
});

test('a refused request of a stranger is counted by its code', async () => {
  await world.client.call({ path: '/_scaiwave/federation/v1/send', host: 'alpha.test', body: {} });
  const { values } = await world.get(Metrics).inboundRejected.get();
  expect(values).toMatchObject([{ labels: { tenant: 'alpha.test', code: expect.stringMatching(/^SW_FED_/) }, value: 1 }]);
});
