import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { silentLogger } from '@scaiwave/telemetry';
import { Counter, Registry } from 'prom-client';
import type { Kind, KubeObject } from './kube-object.js';
import { ObjectStore } from './object-store.js';
import { Reflector } from './reflector.js';
import { KubeTransport } from './transport.js';

const THING: Kind = { apiVersion: 'test/v1', kind: 'Thing', plural: 'things', isNamespaced: true };

type Answer = (request: URL, response: ServerResponse) => void;

/** A server that answers lists and watches as a script says, one entry per request; the last entry of each repeats. */
class ScriptedApiserver {
  readonly requests: URL[] = [];
  lists: Answer[] = [];
  watches: Answer[] = [];
  #server: Server = createServer((request, response) => this.#answer(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://x');
    this.requests.push(url);
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
  let server: ScriptedApiserver;
  let transport: KubeTransport;
  let reflector: Reflector<KubeObject>;
  let store: ObjectStore<KubeObject>;
  let changes: string[];
  let waiting: { count: number; resolve: () => void } | null;

  beforeEach(async () => {
    server = new ScriptedApiserver();
    const config = new KubeConfig();
    config.loadFromClusterAndUser({ name: 'c', server: await server.start(), skipTLSVerify: true }, { name: 'u', token: 't' });
    transport = new KubeTransport(config, new Counter({ name: 'requests', help: 'x', labelNames: ['code', 'method'], registers: [new Registry()] }));
    store = new ObjectStore();
    changes = [];
    waiting = null;
    reflect();
  });
  afterEach(async () => {
    await reflector.stop();
    await transport.close();
    await server.stop();
  });

  function reflect(more: { silenceMs?: number } = {}): void {
    const onChange = (before: KubeObject | null, after: KubeObject | null): void => {
      changes.push(`${before?.metadata.resourceVersion ?? '-'} ${(after ?? before)?.metadata.name} ${after?.metadata.resourceVersion ?? '-'}`);
      if (waiting !== null && changes.length >= waiting.count) waiting.resolve();
    };
    reflector = new Reflector(transport, { kind: THING, store, onChange, firstBackOffMs: 1, ...more }, silentLogger());
  }

  /** Resolves when so many changes have been told. */
  function untilChanges(count: number): Promise<void> {
    return new Promise((resolve) => {
      waiting = { count, resolve };
      if (changes.length >= count) resolve();
    });
  }
  const watchVersions = (): (string | null)[] => server.requests.filter((url) => url.searchParams.has('watch')).map((url) => url.searchParams.get('resourceVersion'));

  test('lists page by page, then watches from the version of the list', async () => {
    server.lists = [
      (_, response) => response.end(JSON.stringify({ metadata: { resourceVersion: '10', continue: 'more' }, items: [thing('a', 1)] })),
      list(10, thing('b', 2)),
    ];
    server.watches = [open(line('MODIFIED', thing('a', 11)), line('DELETED', thing('b', 12)))];
    await reflector.start();
    await untilChanges(4);
    expect(changes).toEqual(['- a 1', '- b 2', '1 a 11', '2 b -']);
    expect(server.requests.map((url) => url.searchParams.get('continue'))).toEqual([null, 'more', null]);
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
    expect(server.requests.filter((url) => !url.searchParams.has('watch'))).toHaveLength(1);
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

  test('stopped in the middle of anything it ends', async () => {
    server.lists = [() => undefined];
    const started = reflector.start();
    await reflector.stop();
    await started;
    expect(reflector.hasSynced).toBe(false);
  });
});
