import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ReceiveRequest } from '@scaiwave/core';
import { plain, PeerSigner, type Behaviour, type FakePeer, type SignedRequest } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

let world: DeliveryWorld;
let alpha: string;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  alpha = world.tenant.serverName;
});
afterAll(() => world.close());

async function answerTo(request: SignedRequest): Promise<string> {
  const { status, headers, body } = await world.get(ReceiveRequest).run(request);
  const code = (JSON.parse(body.toString()) as { error?: { code: string } }).error?.code ?? '';
  return `${status} ${code}${headers['retry-after'] ? ` after ${headers['retry-after']}` : ''}`.trim();
}

/** Rows that would mean that somebody who proved nothing left something behind. */
async function traces(peer: { serverName: string }): Promise<number> {
  const [row] = await world.database.rows<{ n: number }>(
    `SELECT ((SELECT count(*) FROM peers WHERE server_name = $1) + (SELECT count(*) FROM peer_keys WHERE server_name = $1) + (SELECT count(*) FROM control_inbox WHERE origin = $1))::int AS n`,
    [peer.serverName],
  );
  return row!.n;
}

/** A control event that nobody acts on: it shows in the database that the request was believed. */
const greeting = (peer: PeerSigner) => peer.send(alpha, [plain(peer.event({ type: 'swp.server.greeting', content: {} }))]);
let count = 0;
const newPeer = (): Promise<FakePeer> => world.peer(`peer-${(count += 1)}`);

describe('the descriptor of a server never seen before', () => {
  test('is fetched, and its requests are taken', async () => {
    const peer = await newPeer();
    expect(await answerTo(greeting(peer))).toBe('200');
    expect(peer.received.map((request) => request.target)).toEqual(['/.well-known/scaiwave/server']);
    expect(await answerTo(greeting(peer))).toBe('200');
    expect(peer.received).toHaveLength(1);
    expect(await traces(peer)).toBe(4);
  });

  test.each<[string, Behaviour, string]>([
    ['redirects', { kind: 'redirects', to: 'http://elsewhere.localhost/' }, '401 SW_FED_SIGNATURE_MISMATCH'],
    ['is huge', { kind: 'huge', bytes: 70_000 }, '401 SW_FED_SIGNATURE_MISMATCH'],
    ['is not JSON', { kind: 'notJson' }, '401 SW_FED_SIGNATURE_MISMATCH'],
    ['does not verify', { kind: 'badSignature' }, '401 SW_FED_SIGNATURE_MISMATCH'],
    ['is not there', { kind: 'status', status: 404 }, '401 SW_FED_SIGNATURE_MISMATCH'],
    ['is behind an error', { kind: 'status', status: 500 }, '503 SW_FED_TRY_LATER after 1'],
    ['is cut off', { kind: 'closesEarly' }, '503 SW_FED_TRY_LATER after 1'],
    ['is slow', { kind: 'slow', ms: 5_400 }, '503 SW_FED_TRY_LATER after 1'],
  ])(
    'that %s makes no peer',
    async (_, behaviour, expected) => {
      const peer = await newPeer();
      peer.descriptorBehaviour = behaviour;
      expect(await answerTo(greeting(peer))).toBe(expected);
      expect(await traces(peer)).toBe(0);
    },
    10_000,
  );

  test('of another name makes no peer', async () => {
    const [one, other] = [await newPeer(), await newPeer()];
    one.descriptor = () => other.descriptor();
    expect(await answerTo(greeting(one))).toBe('401 SW_FED_SIGNATURE_MISMATCH');
    expect(await traces(one)).toBe(0);
  });

  test('cannot be had from a server that is not there', async () => {
    expect(await answerTo(greeting(new PeerSigner('nobody.localhost:1', world.clock)))).toBe('503 SW_FED_TRY_LATER after 1');
  });
});

test('a key that changed without an announcement is refused until an admin confirms it', async () => {
  const peer = await newPeer();
  expect(await answerTo(greeting(peer))).toBe('200');
  const other = new PeerSigner(peer.serverName, world.clock, (await newPeer()).key);
  peer.descriptor = () => other.descriptor();
  world.clock.advance({ minutes: 2 });
  expect(await answerTo(greeting(other))).toBe('401 SW_FED_KEY_CHANGED');
});

test('the limit on strangers is for one client address; others are still let in', async () => {
  const strangers = Array.from({ length: 60 }, (_, n) => ({ ...greeting(new PeerSigner(`s${n}.localhost:1`, world.clock)), source: '192.0.2.1' }));
  const answers = await Promise.all(strangers.map(answerTo));
  expect(new Set(answers)).toEqual(new Set(['503 SW_FED_TRY_LATER after 1', '429 SW_RATE_LIMIT_EXCEEDED after 1']));
  world.clock.advance({ seconds: 10 });
  expect(await answerTo({ ...greeting(await newPeer()), source: '192.0.2.2' } as SignedRequest)).toBe('200');
}, 20_000);
