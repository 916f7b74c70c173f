import { newId } from '@scaiwave/telemetry';
import { z } from 'zod';
import { ENDPOINTS, type EndpointSpec } from '../../apps/api/src/http/endpoint.js';
import { ApiWorld, type Caller } from './api-world.js';

let world: ApiWorld;
let ids: Record<string, string>;
beforeAll(async () => {
  world = await ApiWorld.create({ tenants: ['alpha'] });
  const alice = await world.person('alice', 'alpha', 'admin');
  const room = await alice.room();
  ids = { room_id: room.id, event_id: (await alice.say(room.id, 'hello')).id, participant_id: alice.participantId, invite_id: newId(world.clock), task_id: newId(world.clock), server_name: 'alpha.test', media_id: 'med-x' };
});
afterAll(() => world.close());

type Json = { type?: string | string[]; properties?: Record<string, Json>; required?: string[]; enum?: unknown[]; const?: unknown; pattern?: string; format?: string; anyOf?: Json[]; minimum?: number };

/** Something that the schema takes, for a field that is not the one under test. */
function example(name: string, schema: Json): unknown {
  const one = schema.anyOf?.[0] ?? schema;
  if (one.const !== undefined) return one.const;
  if (one.enum) return one.enum[0];
  if (name in ids) return ids[name];
  if (one.format === 'date-time') return '2030-01-01T00:00:00Z';
  const type = [one.type].flat()[0];
  if (type === 'object') return name === 'content' ? { msgtype: 'swp.text', body: 'x' } : exampleOf(one);
  return { string: 'x', boolean: false, integer: one.minimum ?? 1, number: 1, array: [] }[type ?? 'string'];
}

const exampleOf = ({ properties = {} }: Json): Record<string, unknown> => Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, example(name, schema)]));

const bad: unknown[] = [null, 0, -1, 1.5, 1e308, '', '\u0000', 'a\u0000b', '\ud800', '%', '../..', 'x'.repeat(70_000), '👍'.repeat(1_000), true, [], {}, [null], { a: { b: [] } }, { msgtype: 'swp.text', body: 'a\u0000b' }, { msgtype: 'swp.text', body: 1 }];
const withBody = () => ENDPOINTS.filter((spec): spec is EndpointSpec & { body: z.ZodType } => spec.body !== undefined);
const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Json;
const fill = (path: string) => path.replaceAll(/:([a-z_]+)/g, (_, name: string) => ids[name] ?? 'x');
let people = 0;
const somebody = (): Promise<Caller> => world.person(`person-${(people += 1)}`, 'alpha', 'admin');

test('whatever stands in a field of whatever route, the answer is one of the catalogue and never a failure of ours', async () => {
  for (const { method, path, body } of withBody()) {
    const who = await somebody();
    const { properties = {} } = schemaOf(body);
    const whole = exampleOf(schemaOf(body));
    for (const field of Object.keys(properties)) {
      for (const value of bad) {
        const answer = await who.call(method, fill(path), { ...whole, [field]: value });
        if (answer.code === 'SW_INTERNAL' || (answer.status >= 400 && !answer.code)) throw new Error(`${method} ${path} ${field}=${JSON.stringify(value)?.slice(0, 60)}: ${answer.status} ${answer.text}`);
      }
    }
  }
});

test('every route that takes a body names the field that it does not know', async () => {
  for (const { method, path, body } of withBody()) {
    const who = await somebody();
    const answer = await who.call(method, fill(path), { ...exampleOf(schemaOf(body)), colour: 'red' });
    expect([method, path, answer.status, answer.code, answer.details?.field]).toEqual([method, path, 400, 'SW_REQUEST_INVALID', 'colour']);
  }
});

test('every route that takes none names what it was given', async () => {
  const who = await somebody();
  for (const { method, path } of ENDPOINTS.filter((spec) => spec.body === undefined && spec.access !== 'public' && !spec.isProviders)) {
    const inBody = await who.call(method, fill(path), method === 'GET' ? undefined : { colour: 'red' });
    if (method !== 'GET') expect([method, path, inBody.status, inBody.details?.field]).toEqual([method, path, 400, 'colour']);
    const inQuery = await who.call(method, `${fill(path)}?colour=red`);
    expect([method, path, inQuery.status, inQuery.details?.field]).toEqual([method, path, 400, 'colour']);
  }
});

test('whatever stands in a query or in a path, too', async () => {
  const odd = ['', '%00', 'a%00b', '%ff', '%ed%a0%80', '-1', '1e9', '99999999999999999999', 'x'.repeat(5_000), '%F0%9F%91%8D', '..%2f..', "'; DROP TABLE rooms; --"];
  // A name that a server may have would be asked for, and nobody answers here.
  const oddFor = (name: string) => odd.filter((value) => name !== 'server_name' || !/^[a-z0-9.]+$/.test(value));
  for (const { method, path, query, params } of ENDPOINTS.filter((spec) => spec.access !== 'public' && !spec.isProviders)) {
    const who = await somebody();
    const addresses = [
      ...Object.keys(query ? (schemaOf(query).properties ?? {}) : {}).flatMap((name) => oddFor(name).map((value) => `${fill(path)}?${name}=${escaped(value)}`)),
      ...Object.keys(params ? (schemaOf(params).properties ?? {}) : {}).flatMap((name) => oddFor(name).map((value) => fill(path.replace(`:${name}`, value === '' ? '%20' : escaped(value))))),
    ];
    for (const address of addresses) {
      const answer = await world.client.call({ method, path: address, host: 'alpha.test', headers: { authorization: `Bearer ${who.token}` } });
      if (answer.code === 'SW_INTERNAL' || (answer.status >= 400 && !answer.code)) throw new Error(`${method} ${address.slice(0, 200)}: ${answer.status} ${answer.text}`);
    }
  }
});

/** Escapes stay what they are, well-formed or not. */
function escaped(value: string): string {
  return value.includes('%') ? value : encodeURIComponent(value);
}
