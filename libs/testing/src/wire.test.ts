import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { Wire } from './wire.js';
import { until } from './until.js';

describe('Wire', () => {
  const asked: string[] = [];
  let server: Server;
  let wire: Wire;

  beforeAll(async () => {
    server = createServer((incoming: IncomingMessage, response) => {
      asked.push(incoming.url ?? '');
      response.end('here');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(async () => {
    asked.length = 0;
    wire = await Wire.to((server.address() as AddressInfo).port);
  });

  const ask = async (path: string) => (await request(`http://127.0.0.1:${wire.port}${path}`)).body.text();

  it('carries nothing while it is cut, and everything again when it is mended', async () => {
    expect(await ask('/before')).toBe('here');
    wire.cut();
    await expect(ask('/meanwhile')).rejects.toThrow();
    wire.mend();
    expect(await ask('/after')).toBe('here');
    expect(asked).toEqual(['/before', '/after']);
    wire.close();
  });

  it('loses an answer after the request has arrived', async () => {
    wire.losesAnswers = true;
    await expect(ask('/lost')).rejects.toThrow();
    expect(asked).toEqual(['/lost']);
    wire.mend();
    expect(await ask('/next')).toBe('here');
    wire.close();
  });

  it('carries a request twice and its answer once', async () => {
    wire.isDoubling = true;
    expect(await ask('/twice')).toBe('here');
    await until('it has arrived twice', () => asked.length === 2);
    expect(asked).toEqual(['/twice', '/twice']);
    wire.close();
  });

  it('lets everything vanish without a word, on old connections and new ones, until it is mended', async () => {
    expect(await ask('/before')).toBe('here');
    wire.blackhole();
    const impatient = async (path: string) => (await request(`http://127.0.0.1:${wire.port}${path}`, { signal: AbortSignal.timeout(200) })).body.text();
    await expect(impatient('/on-an-old-one')).rejects.toThrow(/timeout/);
    await expect(impatient('/on-a-new-one')).rejects.toThrow(/timeout/);
    expect(asked).toEqual(['/before']);
    const patient = ask('/late');
    wire.mend();
    expect(await patient).toBe('here');
    wire.close();
  });
});
