import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AddPeer, PeerDirectory, PeerRequests, type Actor, type DescriptorOutcome } from '@scaiwave/core';
import type { ServerName } from '@scaiwave/protocol';
import { buildDescriptorText, fingerprintOf, formatPublicKey, signDescriptor, type SigningKey } from '@scaiwave/protocol/node';
import { keyFromName, type FakePeer } from '@scaiwave/testing';
import { DeliveryWorld } from './delivery-world.js';

let world: DeliveryWorld;
let beta: FakePeer;
let admin: Actor;
let count = 0;

beforeAll(async () => {
  world = await DeliveryWorld.create();
  admin = { ...(await world.person('alice')), role: 'admin' };
});
afterAll(() => world?.close());
beforeEach(async () => {
  beta = await world.peer(`beta${(count += 1)}`);
  world.clock.advance({ seconds: 20 });
});

const nameOf = (peer: { serverName: string }) => peer.serverName as ServerName;
const keys = () => world.get(PeerDirectory).verifyKeys(world.tenant, nameOf(beta));
const refetch = (kid?: string) => world.get(PeerDirectory).refetch(world.tenant, nameOf(beta), kid === undefined ? {} : { kid });
const descriptorOf = async (serverName: string): Promise<DescriptorOutcome> => {
  const asked = await world.get(PeerRequests).ask<DescriptorOutcome>(world.tenant.id, { kind: 'descriptor', serverName: serverName as ServerName, params: { refetch: true }, timeoutMs: 8_000 });
  if (!asked.ok) throw new Error(asked.code);
  return asked.answer;
};
const fetches = () => beta.received.filter(({ target }) => target.includes('well-known')).length;
/** The peer publishes these keys from now on; the first is active, and all of `signers` sign. */
function publish(active: SigningKey, more: { state: 'retiring' | 'retired' | 'next'; key: SigningKey }[] = [], signers = [active]): void {
  const entry = (key: SigningKey, state: 'active' | 'retiring' | 'retired' | 'next') => ({ kid: key.kid, public_key: formatPublicKey(key.publicKey), state, valid_from: null, valid_until: world.clock.now() });
  beta.descriptor = () => {
    const text = buildDescriptorText({ serverName: beta.serverName, keys: [entry(active, 'active'), ...more.map(({ key, state }) => entry(key, state))], validUntil: world.clock.now() + 3_600_000 });
    return signDescriptor(text, signers);
  };
}

describe('a descriptor', () => {
  test('is fetched once, kept, and fetched again when its time is over', async () => {
    expect(await keys()).toMatchObject({ state: 'ready', protocolVersions: ['v1'] });
    world.clock.advance({ hours: 1 });
    await keys();
    expect(fetches()).toBe(1);
    world.clock.advance({ hours: 24 });
    expect(await keys()).toMatchObject({ state: 'ready' });
    expect(fetches()).toBe(2);
  });

  test.each<[string, string, FakePeer['descriptorBehaviour']]>([
    ['redirects', 'unusable', { kind: 'redirects', to: 'https://example.org/' }],
    ['is over 64 KiB', 'unusable', { kind: 'huge', bytes: 70_000 }],
    ['is not JSON', 'unusable', { kind: 'notJson' }],
    ['is signed by another key', 'unusable', { kind: 'badSignature' }],
    ['is not there', 'unusable', { kind: 'status', status: 404 }],
    ['is on a server with an error', 'cannot_be_had_now', { kind: 'status', status: 500 }],
    ['is on a server that hangs up', 'cannot_be_had_now', { kind: 'closesEarly' }],
  ])('that %s is %s', async (_, state, behaviour) => {
    beta.descriptorBehaviour = behaviour;
    expect(await keys()).toEqual({ state: expect.any(String) });
    expect((await descriptorOf(beta.serverName)).state).toBe(state);
    expect(await world.peerRow(beta)).toBeUndefined();
  });

  test('that takes over five seconds cannot be had now', async () => {
    beta.descriptorBehaviour = { kind: 'slow', ms: 20_000 };
    expect((await descriptorOf(beta.serverName)).state).toBe('cannot_be_had_now');
  }, 15_000);

  test('of another name is none', async () => {
    const other = await world.peer(`other${count}`);
    beta.descriptor = () => other.descriptor();
    expect(await descriptorOf(beta.serverName)).toMatchObject({ state: 'unusable', reason: expect.stringContaining('other_name') });
  });

  test.each(['169-254-169-254.nip.invalid', 'localhost.invalid'])('of %s cannot be had', async (serverName) => {
    expect((await descriptorOf(serverName)).state).toBe('cannot_be_had_now');
  });

  test('is fetched at most three times in ten seconds, and once for a keyid that it does not have', async () => {
    await keys();
    for (let n = 0; n < 6; n++) await refetch();
    expect(await refetch()).toEqual({ state: 'cannot_be_had_now' });
    expect(fetches()).toBe(3);
    world.clock.advance({ seconds: 11 });
    expect((await refetch('ed25519:AAAAAAAAAA')).state).toBe('ready');
    expect((await refetch('ed25519:AAAAAAAAAA')).state).toBe('ready');
    expect(fetches()).toBe(4);
  });

  test('is fetched once for many that ask at the same time', async () => {
    await Promise.all(Array.from({ length: 20 }, () => keys()));
    expect(fetches()).toBe(1);
  });
});

describe('trust', () => {
  const first = keyFromName('first');
  const second = keyFromName('second');
  const third = keyFromName('third');

  test('goes on to a key that the trusted one announces', async () => {
    publish(first);
    await keys();
    publish(second, [{ state: 'retiring', key: first }], [second, first]);
    expect(await refetch(second.kid)).toMatchObject({ state: 'ready' });
    const stored = await world.database.rows('SELECT kid, state FROM peer_keys WHERE server_name = $1 ORDER BY state', [beta.serverName]);
    expect(stored).toEqual([{ kid: second.kid, state: 'active' }, { kid: first.kid, state: 'retiring' }]);
  });

  test('does not go on to a key that nobody announced: loud, and 401 until an admin confirms it', async () => {
    publish(first);
    await keys();
    publish(third);
    expect(await refetch(third.kid)).toEqual({ state: 'key_changed' });
    expect(await keys()).toEqual({ state: 'key_changed' });
    expect(await world.audit('peer.key_changed', beta)).toEqual([beta.serverName]);
    expect(await world.peerRow(beta)).toMatchObject({ last_error_code: 'SW_FED_KEY_CHANGED', last_error_message: expect.stringContaining(fingerprintOf(third.publicKey)) });
    const room = await world.hostedRoom(admin, [beta]);
    await world.drain(beta);
    expect(await world.lane(beta, room.id)).toBe('2/0 ok');
    expect(await world.peerRow(beta)).toMatchObject({ verdict: 'refuses_us' });
    world.clock.advance({ seconds: 11 });
    await world.get(AddPeer).run({ actor: admin, serverName: nameOf(beta), accept: true, fingerprint: fingerprintOf(third.publicKey) });
    expect(await keys()).toMatchObject({ state: 'ready' });
    await world.advanceAndDrain(beta, { minutes: 1 });
    expect(await world.lane(beta, room.id)).toBe('3/3 ok');
  });

  test('is not given back to a key that was retired', async () => {
    publish(second, [{ state: 'retired', key: first }]);
    await keys();
    publish(first, [{ state: 'retiring', key: second }], [first, second]);
    expect(await refetch()).toEqual({ state: 'key_changed' });
  });

  test('of a pinned peer is given to the pinned key only', async () => {
    await world.declare(beta, { trust_mode: 'Pinned', pins: [{ fingerprint: fingerprintOf(first.publicKey), not_after: null }] });
    publish(second);
    expect((await keys()).state).toBe('key_changed');
    world.clock.advance({ seconds: 61 });
    publish(first);
    expect((await keys()).state).toBe('ready');
  });

  test('of a discovered peer follows what it serves', async () => {
    await world.declare(beta, { trust_mode: 'Discovered' });
    publish(first);
    await keys();
    publish(third);
    expect(await refetch(third.kid)).toMatchObject({ state: 'ready' });
  });
});

describe('a declared endpoint', () => {
  test('is where the peer is reached; Host stays its name', async () => {
    const gamma = 'gamma.localhost' as ServerName;
    await world.declare({ serverName: gamma }, { endpoint_url: `http://127.0.0.1:${beta.serverName.split(':')[1]}`, private: true });
    await descriptorOf(gamma);
    expect(beta.received.at(-1)?.headers.host).toBe(gamma);
  });

  test('on a private address is not reached unless the peer is declared private', async () => {
    const gamma = 'gamma2.example' as ServerName;
    await world.declare({ serverName: gamma }, { endpoint_url: `http://127.0.0.1:${beta.serverName.split(':')[1]}`, private: false });
    expect(await descriptorOf(gamma)).toMatchObject({ state: 'cannot_be_had_now', reason: expect.stringContaining('address_refused') });
    expect(beta.received).toEqual([]);
  });
});
