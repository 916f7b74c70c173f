import { KubeConfig } from '@kubernetes/client-node';
import { answerJson, ScriptedApiserver } from '@scaiwave/testing/scripted-apiserver';
import { Counter, Registry } from 'prom-client';
import { KubeClient } from './kube-client.js';
import { KubeError } from './kube-error.js';
import type { Kind, KubeObject } from './kube-object.js';
import { KubeTransport } from './transport.js';

const THING: Kind = { apiVersion: 'test/v1', kind: 'Thing', plural: 'things', isNamespaced: true };

interface Thing extends KubeObject {
  spec: { size: number; colour?: string };
}
const thing = (size: number): Thing => ({ apiVersion: 'test/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'n' }, spec: { size } });

describe('the client of the apiserver', () => {
  let server: ScriptedApiserver;
  let transport: KubeTransport;
  let client: KubeClient;
  let answer: { status: number; body: object; headers?: Record<string, string> };
  let registry: Registry;
  let written: [string, boolean][];

  beforeEach(async () => {
    answer = { status: 200, body: thing(1) };
    // What is applied is there afterwards as it was wished for.
    server = new ScriptedApiserver(({ contentType, body }, response) => {
      for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
      answerJson(response, answer.status, answer.status < 300 && contentType?.includes('apply') === true ? (body as object) : answer.body);
    });
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: await server.start(), skipTLSVerify: true }, { name: 'u', token: 't' });
    registry = new Registry();
    transport = new KubeTransport(config, new Counter({ name: 'rest_client_requests_total', help: 'x', labelNames: ['code', 'method', 'host'], registers: [registry] }));
    written = [];
    client = new KubeClient(transport, (kind, object, isTold) => written.push([`${kind.kind} ${object.metadata.name}`, isTold]));
  });
  afterEach(async () => {
    await transport.close();
    await server.stop();
  });
  const refuse = (status: number, reason: string, headers: Record<string, string> = {}): void => {
    answer = { status, body: { reason, message: `${reason} it is` }, headers };
  };
  const failureOf = (asked: Promise<unknown>): Promise<KubeError> => asked.then(() => Promise.reject(new Error('it went well')), (error: KubeError) => error);

  test('what is there as it was applied is not written again', async () => {
    const wanted = thing(1);
    expect(await client.apply(THING, wanted, null)).toBe('created');
    const body = server.asked[0]?.body as Thing;
    expect(server.asked[0]).toMatchObject({ method: 'PATCH', contentType: 'application/apply-patch+yaml' });
    expect(server.asked[0]?.url.href).toBe('http://x/apis/test/v1/namespaces/n/things/a?fieldManager=scaiwave&force=true');
    expect(await client.apply(THING, wanted, { ...body, metadata: { ...body.metadata, resourceVersion: '7', labels: { of: 'others' } } })).toBe('unchanged');
    expect(server.asked).toHaveLength(1);
    expect(await client.apply(THING, wanted, { ...body, spec: { size: 2 } })).toBe('repaired');
    expect(await client.apply(THING, thing(3), body)).toBe('changed');
    expect(written).toEqual([['Thing a', true], ['Thing a', true], ['Thing a', true]]);
  });

  test('a field that is wanted no longer is given up, though the object has all that is wanted', async () => {
    const before = { ...thing(1), spec: { size: 1, colour: 'red' } };
    await client.apply(THING, before, null);
    const body = server.asked[0]?.body as Thing;
    expect(await client.apply(THING, thing(1), body)).toBe('changed');
    expect((server.asked[1]?.body as Thing | undefined)?.spec).toEqual({ size: 1 });
  });

  test('a status is written under a name of its own, and nobody looks again because of it', async () => {
    await client.applyStatus(THING, 'n/a', { ready: true });
    expect(server.asked[0]?.url.href).toBe('http://x/apis/test/v1/namespaces/n/things/a/status?fieldManager=scaiwave-status&force=true');
    expect(server.asked[0]?.body).toEqual({ apiVersion: 'test/v1', kind: 'Thing', metadata: { name: 'a', namespace: 'n' }, status: { ready: true } });
    expect(written).toEqual([['Thing a', false]]);
  });

  test('what is there already is not made, what is gone already is removed', async () => {
    refuse(409, 'AlreadyExists');
    expect(await client.create(THING, thing(1))).toBeNull();
    refuse(404, 'NotFound');
    expect(await client.find(THING, 'n/a')).toBeNull();
    await client.remove(THING, 'n/a');
    refuse(409, 'Conflict');
    await client.remove(THING, 'n/a', 'another-uid');
    expect(server.asked.at(-1)?.body).toEqual({ propagationPolicy: 'Background', preconditions: { uid: 'another-uid' } });
    await expect(client.remove(THING, 'n/a')).rejects.toThrow('Conflict it is');
  });

  test.each([
    [409, 'Conflict', { isConflict: true, isFinal: false }],
    [422, 'Invalid', { isConflict: false, isFinal: true }],
    [400, 'BadRequest', { isFinal: true }],
    [403, 'Forbidden', { isFinal: false }],
    [410, 'Expired', { isExpired: true, isFinal: false }],
    [500, 'InternalError', { isFinal: false }],
    [429, 'TooManyRequests', { isFinal: false }],
  ])('%i %s is told as what it is', async (status, reason, expected) => {
    refuse(status, reason);
    expect(await failureOf(client.applyStatus(THING, 'n/a', {}))).toMatchObject({ status, reason, message: `${reason} it is`, ...expected });
  });

  test('the wait that the server asks for is told, but not for ever', async () => {
    refuse(429, 'TooManyRequests', { 'retry-after': '7' });
    expect((await failureOf(client.find(THING, 'n/a'))).retryAfterMs).toBe(7_000);
    refuse(429, 'TooManyRequests', { 'retry-after': '86400' });
    expect((await failureOf(client.find(THING, 'n/a'))).retryAfterMs).toBe(300_000);
    refuse(429, 'TooManyRequests', { 'retry-after': 'tomorrow' });
    expect((await failureOf(client.find(THING, 'n/a'))).retryAfterMs).toBeNull();
  });

  test('requests are counted by answer, also those without one', async () => {
    await client.find(THING, 'n/a');
    await server.stop();
    expect(await failureOf(client.find(THING, 'n/a'))).toMatchObject({ status: 0, reason: 'Unreachable' });
    const { values } = await registry.getSingleMetric('rest_client_requests_total')!.get();
    expect(values.map(({ labels: { code, method }, value }) => [code, method, value])).toEqual([['200', 'GET', 1], ['<error>', 'GET', 1]]);
    await server.start();
  });
});
