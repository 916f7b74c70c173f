import type { ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { silentLogger } from '@scaiwave/telemetry';
import { ScriptedApiserver } from '@scaiwave/testing/scripted-apiserver';
import { until } from '@scaiwave/testing/until';
import { Counter, Registry } from 'prom-client';
import type { Kind, KubeObject } from './kube-object.js';
import { ObjectStore } from './object-store.js';
import { Reflector, type ReflectorOptions } from './reflector.js';
import { KubeTransport } from './transport.js';
import { trimObject } from './trim-object.js';

const THING: Kind = { apiVersion: 'test/v1', kind: 'Thing', plural: 'things', isNamespaced: true };

type Answer = (request: URL, response: ServerResponse) => void;

/** What lists and watches are answered with, one entry per request; the last entry of each repeats. */
class Script {
  lists: Answer[] = [];
  watches: Answer[] = [];

  answer(url: URL, response: ServerResponse): void {
    const script = url.searchParams.get('watch') === null ? this.lists : this.watches;
    const answer = script.length > 1 ? script.shift() : script[0];
    if (answer === undefined) response.writeHead(500).end();
    else answer(url, response);
  }
}

const thing = (name: string, version: number): KubeObject => ({ apiVersion: 'test/v1', kind: 'Thing', metadata: { namespace: 'n', name, resourceVersion: String(version) } });
const list = (version: number, ...items: KubeObject[]): Answer => (_, response) => response.end(JSON.stringify({ metadata: { resourceVersion: String(version) }, items }));
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;
const bookmark = (version: number): string => line('BOOKMARK', { kind: 'Thing', metadata: { resourceVersion: String(version) } });
const expired = line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
/** Lines, and then silence. */
const open = (...lines: string[]): Answer => (_, response) => {
  response.writeHead(200);
  response.flushHeaders();
  if (lines.length > 0) response.write(lines.join(''));
};
/** Lines, and then the end. */
const ends = (...lines: string[]): Answer => (_, response) => response.end(lines.join(''));
/** Lines, and then the connection breaks. */
const breaks = (...lines: string[]): Answer => (_, response) => {
  response.writeHead(200);
  response.write(lines.join('') || ' ', () => response.destroy());
};
const status = (code: number, headers: Record<string, string> = {}): Answer => (_, response) => response.writeHead(code, headers).end(JSON.stringify({ code, reason: 'X', message: 'no' }));

describe('the reflector', () => {
  let apiserver: ScriptedApiserver;
  let server: Script;
  let transport: KubeTransport;
  let reflector: Reflector<KubeObject>;
  let store: ObjectStore<KubeObject>;
  let changes: string[];
  let told: string[];
  let waits: number[];
  let waiting: { count: number; resolve: () => void } | null;

  beforeEach(async () => {
    server = new Script();
    apiserver = new ScriptedApiserver(({ url }, response) => server.answer(url, response));
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: await apiserver.start(), skipTLSVerify: true }, { name: 'u', token: 't' });
    transport = new KubeTransport(config, new Counter({ name: 'requests', help: 'x', labelNames: ['code', 'method', 'host'], registers: [new Registry()] }));
    store = new ObjectStore();
    changes = [];
    waiting = null;
    told = [];
    waits = [];
    reflect();
  });
  afterEach(async () => {
    await reflector.stop();
    await transport.close();
    await apiserver.stop();
  });

  function reflect(more: Partial<ReflectorOptions<KubeObject>> = {}): void {
    const logger = silentLogger();
    logger.warn = (({ err, waitMs }: { err: Error; waitMs: number }): void => {
      told.push(err.message);
      waits.push(waitMs);
    }) as typeof logger.warn;
    const onChange = (before: KubeObject | null, after: KubeObject | null): void => {
      changes.push(`${before?.metadata.resourceVersion ?? '-'} ${(after ?? before)?.metadata.name} ${after?.metadata.resourceVersion ?? '-'}`);
      if (waiting !== null && changes.length >= waiting.count) waiting.resolve();
    };
    reflector = new Reflector(transport, { kind: THING, store, onChange, firstBackOffMs: 1, silenceMs: 150_000, ...more }, logger);
  }

  /** Resolves when so many changes have been told. */
  function untilChanges(count: number): Promise<void> {
    return new Promise((resolve) => {
      waiting = { count, resolve };
      if (changes.length >= count) resolve();
    });
  }
  const requests = (): URL[] => apiserver.asked.map(({ url }) => url);
  const watchVersions = (): (string | null)[] => requests().filter((url) => url.searchParams.has('watch')).map((url) => url.searchParams.get('resourceVersion'));

  test('lists page by page, then watches from the version of the list', async () => {
    server.lists = [
      (_, response) => response.end(JSON.stringify({ metadata: { resourceVersion: '10', continue: 'more' }, items: [thing('a', 1)] })),
      list(10, thing('b', 2)),
    ];
    server.watches = [open(line('MODIFIED', thing('a', 11)), line('DELETED', thing('b', 12)))];
    await reflector.start();
    await untilChanges(4);
    expect(changes).toEqual(['- a 1', '- b 2', '1 a 11', '2 b -']);
    expect(requests().map((url) => url.searchParams.get('continue'))).toEqual([null, 'more', null]);
    expect(watchVersions()).toEqual(['10']);
  });

  test.each([
    ['ends', ends(line('ADDED', thing('a', 11)))],
    ['is reset', breaks(line('ADDED', thing('a', 11)))],
    ['ends in half a line', ends(line('ADDED', thing('a', 11)), '{"type":"MODIFIED","obj')],
    ['breaks in half a line', breaks(line('ADDED', thing('a', 11)), '{"type":"MODIFIED","obj')],
  ])('a watch that %s is taken up from the last version, and nothing is told twice', async (_, first) => {
    server.lists = [list(10)];
    server.watches = [first, open(line('MODIFIED', thing('a', 12)))];
    await reflector.start();
    await untilChanges(2);
    expect(changes).toEqual(['- a 11', '11 a 12']);
    expect(watchVersions()).toEqual(['10', '11']);
  });

  test.each([
    ['500', status(500)],
    ['429', status(429)],
    ['503', status(503)],
    ['a refused connection', breaks()],
  ])('%s on a watch is survived', async (_, first) => {
    server.lists = [list(10)];
    server.watches = [first, first, open(line('ADDED', thing('a', 11)))];
    await reflector.start();
    await untilChanges(1);
    expect(requests().filter((url) => !url.searchParams.has('watch'))).toHaveLength(1);
  });

  test('an error on the list is survived', async () => {
    server.lists = [status(500), status(429), list(10, thing('a', 1))];
    server.watches = [open()];
    await reflector.start();
    expect(changes).toEqual(['- a 1']);
  });

  test.each([
    ['in the stream', ends(expired)],
    ['as an answer', status(410)],
  ])('410 %s lists again; what changed and what went meanwhile comes out of the comparison', async (_, gone) => {
    server.lists = [list(10, thing('kept', 1), thing('changed', 2), thing('gone', 3)), list(50, thing('kept', 1), thing('changed', 40), thing('new', 45))];
    server.watches = [gone, open(line('MODIFIED', thing('new', 51)))];
    await reflector.start();
    await untilChanges(7);
    expect(changes.slice(3)).toEqual(['2 changed 40', '- new 45', '3 gone -', '45 new 51']);
    expect(watchVersions().at(-1)).toBe('50');
  });

  test('a storm of 410 ends with the right state', async () => {
    server.lists = [list(10, thing('a', 1)), list(20, thing('a', 1)), list(30, thing('b', 25))];
    server.watches = [status(410), ends(expired), open()];
    await reflector.start();
    await untilChanges(3);
    expect(changes).toEqual(['- a 1', '- b 25', '1 a -']);
  });

  test('bookmarks move the version on; one that is older does not move it back', async () => {
    server.lists = [list(10)];
    server.watches = [ends(bookmark(100), bookmark(90)), open(line('ADDED', thing('a', 101)))];
    await reflector.start();
    await untilChanges(1);
    expect(watchVersions()).toEqual(['10', '100']);
  });

  test('a watch that says nothing for too long is begun anew', async () => {
    reflect({ silenceMs: 30 });
    server.lists = [list(10)];
    server.watches = [open(), open(line('ADDED', thing('a', 11)))];
    await reflector.start();
    await untilChanges(1);
    expect(watchVersions().slice(0, 2)).toEqual(['10', '10']);
  });

  test('an object that is older than the one known is not told', async () => {
    server.lists = [list(10, thing('a', 9))];
    server.watches = [open(line('MODIFIED', thing('a', 8)), line('MODIFIED', thing('a', 11)))];
    await reflector.start();
    await untilChanges(2);
    expect(changes).toEqual(['- a 9', '9 a 11']);
  });

  test('a watch that ends at once and without a word is asked for again, but not without a pause', async () => {
    server.lists = [list(10)];
    server.watches = [ends(), ends(), ends(), open(line('ADDED', thing('a', 11)))];
    await reflector.start();
    await untilChanges(1);
    expect(watchVersions()).toEqual(['10', '10', '10', '10']);
    expect(told.filter((text) => text.includes('without a word'))).toHaveLength(3);
  });

  test('Retry-After is obeyed, in a header or in the answer', async () => {
    server.lists = [status(429, { 'retry-after': '1' }), list(10)];
    server.watches = [ends(line('ERROR', { kind: 'Status', code: 429, reason: 'TooManyRequests', details: { retryAfterSeconds: 2 } })), open()];
    await reflector.start();
    await until('two waits have begun', () => waits.length === 2);
    expect(waits).toEqual([1_000, 2_000]);
  });

  test('a list whose next page is no longer kept begins again', async () => {
    server.lists = [
      (_, response) => response.end(JSON.stringify({ metadata: { resourceVersion: '10', continue: 'more' }, items: [thing('a', 1)] })),
      status(410),
      list(20, thing('b', 15)),
    ];
    server.watches = [open()];
    await reflector.start();
    expect(store.keys()).toEqual(['n/b']);
    expect(changes).toEqual(['- a 1', '- b 15', '1 a -']);
  });

  test('after a restore of etcd, to versions that were there before, what is listed counts', async () => {
    server.lists = [list(100, thing('a', 90), thing('new', 95)), list(50, thing('a', 40))];
    server.watches = [ends(line('ERROR', { kind: 'Status', code: 504, reason: 'Timeout', message: 'Too large resource version: 100, current: 50' })), open(line('MODIFIED', thing('a', 51)))];
    await reflector.start();
    await untilChanges(5);
    expect(changes.slice(2)).toEqual(['90 a 40', '95 new -', '40 a 51']);
  });

  test('what we have written is there at once, told or not, and the watch does not tell it again', async () => {
    server.lists = [list(10, thing('a', 9))];
    let tell = (): void => undefined;
    server.watches = [(_, response) => {
      open(bookmark(10))(_, response);
      tell = () => response.write(line('MODIFIED', thing('a', 11)) + line('MODIFIED', thing('a', 12)) + line('ADDED', thing('b', 13)));
    }];
    await reflector.start();
    await until('it watches', () => watchVersions().length === 1);
    reflector.remember(thing('a', 11), false);
    expect([store.find('n/a')?.metadata.resourceVersion, changes]).toEqual(['11', ['- a 9']]);
    reflector.remember(thing('a', 12), true);
    expect(changes).toEqual(['- a 9', '11 a 12']);
    tell();
    await untilChanges(3);
    expect(changes).toEqual(['- a 9', '11 a 12', '- b 13']);
  });

  test('what we have written and the watch has told to be gone does not come back', async () => {
    server.lists = [list(10)];
    server.watches = [open(line('ADDED', thing('a', 11)), line('DELETED', thing('a', 12)))];
    await reflector.start();
    await untilChanges(2);
    reflector.remember(thing('a', 11), true);
    expect([store.size, changes]).toEqual([0, ['- a 11', '11 a -']]);
  });

  test('what we write while a list is being read is not taken for deleted', async () => {
    let finish = (): void => undefined;
    server.lists = [list(10), (_, response) => (finish = () => list(20, thing('old', 5))(_, response))];
    server.watches = [ends(expired), open()];
    await reflector.start();
    await until('it lists again', () => requests().filter((url) => !url.searchParams.has('watch')).length === 2);
    reflector.remember(thing('ours', 21), true);
    finish();
    await untilChanges(2);
    expect(store.keys()).toEqual(['n/ours', 'n/old']);
  });

  test('only what is asked for by label is asked for, and what nobody reads is not kept', async () => {
    reflect({ labelSelector: 'ours=true', trim: trimObject });
    const long = { ...thing('a', 1), metadata: { ...thing('a', 1).metadata, managedFields: [{ manager: 'x' }], annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', kept: 'yes' } } };
    server.lists = [list(10, long)];
    server.watches = [open(line('ADDED', thing('b', 11)))];
    await reflector.start();
    await untilChanges(2);
    expect(requests().map((url) => url.searchParams.get('labelSelector'))).toEqual(['ours=true', 'ours=true']);
    expect(store.find('n/a')?.metadata).toEqual({ namespace: 'n', name: 'a', resourceVersion: '1', annotations: { kept: 'yes' } });
  });

  test('stopped in the middle of anything it ends', async () => {
    server.lists = [() => undefined];
    const started = reflector.start();
    await reflector.stop();
    await started;
    expect(reflector.hasSynced).toBe(false);
  });
});
