import { generateRecoveryKey, openKeyBackup } from '@scaiwave/core';
import { generateSigningKey } from '@scaiwave/protocol/node';
import { jest } from '@jest/globals';
import { ApiserverProxy, until as untilWithin, type Person } from '@scaiwave/testing';
import sodium from 'libsodium-wrappers';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';
import { DescriptorCache } from './descriptor-cache.js';
import { killAfterEachWrite } from './kill-after-writes.js';
import { tenantKeys } from './tenant-keys.js';

// Real processes, on a machine that may be busy with other suites.
jest.setTimeout(240_000);
const until = (what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> => untilWithin(what, isTrue, 90_000);

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONTHLY = { interval: '720h', publishLead: '24h', overlap: '168h' };
const STATE = 'federation.scaiwave.io/key-state';

const decode = (text = ''): string => Buffer.from(text, 'base64').toString();

describeWithCluster('signing keys in a cluster', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
    await Promise.all([cluster.startOperator(), cluster.startApi()]);
    await sodium.ready;
  });
  afterAll(() => cluster.stop());

  const { address, apply, patch, keysOf, conditionOf, secretsOf, stateOf, hasEvent, publishedIn, ready, activeOtherThan, person } = tenantKeys(() => cluster, until);

  describe('while people of two tenants talk', () => {
    let alice: Person;
    let dave: Person;
    let roomId: string;
    let first: string;
    let second: string;
    const verifier = new DescriptorCache('talk.example', () => address(), () => cluster.now());
    const checked = new Set<string>();
    const signs = async (key: string) => (await verifier.fetch()).keys.some(({ kid, state }) => kid === key && state === 'active');

    // What is said arrives, and whatever was signed for it is believed by somebody who kept the descriptor as long as it may be kept.
    async function talk(text: string): Promise<void> {
      await alice.say(roomId, text);
      await until(`"${text}" arrives`, async () => JSON.stringify((await dave.call('GET', `/v1/rooms/${roomId}/messages`)).data ?? []).includes(text));
      const rows = await cluster.database.rows<{ jws: string }>(`SELECT DISTINCT jws FROM events WHERE origin = 'talk.example' AND jws IS NOT NULL`);
      const fresh = rows.filter(({ jws }) => !checked.has(jws));
      expect(fresh.length).toBeGreaterThan(0);
      for (const { jws } of fresh) expect([text, await verifier.refuse(jws)]).toEqual([text, null]);
      for (const { jws } of rows) checked.add(jws);
    }

    test('the first key signs', async () => {
      const open = { peering: { mode: 'Open' } };
      await Promise.all([apply('talk', { rotation: MONTHLY }, open), apply('listen', {}, open)]);
      [first] = await Promise.all([ready('talk'), ready('listen')]);
      [alice, dave] = await Promise.all([person('alice', 'talk', ['admin']), person('dave', 'listen')]);
      ({ id: roomId } = await alice.createRoom('Launch'));
      await until('the invitation is taken', async () => (await alice.call('POST', `/v1/rooms/${roomId}/invitations`, { fqid: dave.fqid })).status < 300);
      await until('dave sees it', async () => (await dave.must('GET', '/v1/me/invitations')).length === 1);
      const [invitation] = await dave.must('GET', '/v1/me/invitations');
      await dave.must('POST', `/v1/me/invitations/${invitation.id}/accept`);
      await talk('by the first key');
    });

    test('a day before its time the next key is published, and does not sign', async () => {
      cluster.passTime(29 * DAY);
      await until('there is a next key', async () => ((second = (await keysOf('talk')).next ?? '') !== ''));
      await until('it is published', () => publishedIn('talk', second));
      expect((await verifier.fetch()).keys.map(({ kid, state }) => [kid, state])).toEqual(expect.arrayContaining([[first, 'active'], [second, 'next']]));
      await talk('while the next key is published');
      cluster.passTime(12 * HOUR);
      await talk('half a day later');
      expect(await keysOf('talk')).toMatchObject({ active: first, next: second });
      expect(await alice.must('GET', '/v1/admin/federation/keys')).toMatchObject({ next_rotation_at: expect.any(String) });
    });

    test('then it signs; the one before it stays valid for its overlap, and keeps only its public part for ever', async () => {
      cluster.passTime(12 * HOUR + 60_000);
      expect(await activeOtherThan('talk', first)).toBe(second);
      await until('the workers sign with it', () => signs(second));
      await talk('by the second key');
      expect(await stateOf('talk', first)).toBe('Retiring');
      cluster.passTime(7 * DAY);
      await until('the first key is retired', async () => (await stateOf('talk', first)) === 'Retired');
      await talk('a week later');
      const left = (await secretsOf('talk')).filter(({ data }) => decode(data['kid']) === first);
      expect(left.map(({ metadata, data, immutable }) => [metadata.labels[STATE], data['seed'], immutable])).toEqual([['retired', undefined, true]]);
      for (const reason of ['KeyPromoted', 'KeyRetiring', 'KeyRetired']) await until(`${reason} is told`, () => hasEvent('talk', reason));
      await until('the descriptor lists it as retired', async () => (await verifier.fetch()).keys.some(({ kid, state }) => kid === first && state === 'retired'));
      const old = await cluster.database.rows<{ jws: string }>(`SELECT jws FROM events WHERE origin = 'talk.example' AND jws IS NOT NULL`);
      for (const { jws } of old) expect(await verifier.refuse(jws)).toBeNull();
    });

    test('an admin asks for another key in the dashboard; it is seen to, audited, and told in metrics', async () => {
      expect((await alice.call('POST', '/v1/admin/federation/keys/rotate')).status).toBe(202);
      await until('there is a next key', async () => (await keysOf('talk')).next !== undefined);
      await until('the wish is seen to', async () => (await alice.must('GET', '/v1/admin/federation/keys')).requested_at === null);
      const audit = await alice.must<{ action: string; subject: string }[]>('GET', '/v1/admin/audit?action=key.');
      const { next } = await keysOf('talk');
      expect(audit.filter(({ subject }) => subject === next).map(({ action }) => action).toSorted()).toEqual(['key.made', 'key.rotation_begun']);
      const { text } = await cluster.health('operator', '/metrics');
      expect(text).toMatch(/^scaiwave_signing_key_age_seconds\{namespace="talk",name="talk"\} \d/m);
      expect(text).toMatch(/^scaiwave_signing_key_next_rotation_timestamp_seconds\{namespace="talk",name="talk"\} \d/m);
    });

    test('a worker that has not got the next key holds it back; a change of its pod brings it', async () => {
      await until('the wished key is published', async () => publishedIn('talk', (await keysOf('talk')).next ?? ''));
      cluster.passTime(25 * HOUR);
      const before = await activeOtherThan('talk', second);
      await until('the workers sign with it', () => signs(before));
      // Who has not met a key before its overlap ends takes the one after it for unannounced.
      await talk('by the wished key');
      cluster.kubelet.secretUpdates = 'held';
      await cluster.kubectl.run(['annotate', '-n', 'talk', 'tenant', 'talk', `federation.scaiwave.io/rotate-requested-at=${new Date(cluster.now()).toISOString()}`]);
      await until('there is a next key', async () => (await keysOf('talk')).next !== undefined);
      const { next = '', lastHandledRotateRequest: handled } = await keysOf('talk');
      expect(handled).toEqual(expect.any(String));
      cluster.passTime(30 * DAY);
      await until('it is said for what it waits', async () => (await alice.call('GET', '/v1/admin/federation/keys')).data?.waits_for === 'publication');
      expect(await keysOf('talk')).toMatchObject({ active: before, next });
      cluster.kubelet.secretUpdates = 'late';
      await until('it is published', () => publishedIn('talk', next));
      cluster.passTime(25 * HOUR);
      expect(await activeOtherThan('talk', before)).toBe(next);
      await until('the workers sign with it, long before the kubelet would have looked', () => signs(next));
      await talk('by a key that came late');
      cluster.kubelet.secretUpdates = 'prompt';
    });
  });

  test('a suspended tenant publishes its next key and promotes it when it is resumed', async () => {
    await apply('paused', { rotation: MONTHLY });
    const first = await ready('paused');
    await patch('paused', { spec: { suspend: true } });
    cluster.passTime(29 * DAY);
    let next = '';
    await until('there is a next key', async () => ((next = (await keysOf('paused')).next ?? '') !== ''));
    await until('it is published', () => publishedIn('paused', next));
    cluster.passTime(5 * DAY);
    const waits = async () => (await cluster.database.rows<{ waits_for: string }>(`SELECT waits_for FROM key_rotations r JOIN tenants t ON t.id = r.tenant_id WHERE t.server_name = 'paused.example'`))[0]?.waits_for;
    await until('it waits', async () => (await waits()) === 'resume');
    expect(await keysOf('paused')).toMatchObject({ active: first, next });
    await patch('paused', { spec: { suspend: null } });
    expect(await activeOtherThan('paused', first)).toBe(next);
  });

  test('a revoked key is over at once and published as revoked, and its private part is nowhere', async () => {
    await apply('careful', {});
    const revoked = await ready('careful');
    await patch('careful', { spec: { signing: { revokedKeyIDs: [revoked] } } });
    const active = await activeOtherThan('careful', revoked);
    const served = new DescriptorCache('careful.example', address, () => cluster.now());
    await until('it is published as revoked', async () => (await served.fetch()).keys.some(({ kid, state }) => kid === revoked && state === 'revoked'));
    expect((await served.fetch()).keys.find(({ state }) => state === 'active')?.kid).toBe(active);
    await patch('careful', { spec: { signing: { revokedKeyIDs: null } } });
    await until('the event is there', () => hasEvent('careful', 'KeyRevoked'));
    expect((await secretsOf('careful')).filter(({ data }) => decode(data['kid']) === revoked).map(({ metadata, data }) => [metadata.labels[STATE], data['seed']])).toEqual([['revoked', undefined]]);
  });

  test('a key is adopted from a Secret, once it is there; before that none is made', async () => {
    await apply('adopted', { importSecretRef: { name: 'old-key' } });
    await until('it waits', async () => (await conditionOf('adopted'))?.reason === 'WaitingForImport');
    expect(await secretsOf('adopted')).toEqual([]);
    const { kid, seed } = generateSigningKey();
    await cluster.kubectl.apply({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'old-key', namespace: 'adopted' }, data: { seed: Buffer.from(seed.toString('base64url')).toString('base64') } });
    cluster.passTime(10_000);
    expect(await activeOtherThan('adopted', '')).toBe(kid);
    await until('the event is there', () => hasEvent('adopted', 'KeyAdopted'));
  });

  test('the backup of a key opens with the recovery key, and with nothing else', async () => {
    const [recovery, other] = [generateRecoveryKey(), generateRecoveryKey()];
    await apply('saved', { backup: { recoveryPublicKey: recovery.publicKey } });
    const kid = await ready('saved');
    await until('there is a backup', async () => (await secretsOf('saved', 'key-backup')).length === 1);
    const [backup] = await secretsOf('saved', 'key-backup');
    const box = decode(backup?.data['sealed_box']);
    const [key] = await secretsOf('saved');
    expect(openKeyBackup(box, recovery.privateKey)).toMatchObject({ server_name: 'saved.example', kid, seed: decode(key?.data['seed']) });
    expect(() => openKeyBackup(box, other.privateKey)).toThrow(/does not open/);
  });

  test('a key whose Secret was tampered with signs no more, and never again', async () => {
    await apply('edited', {});
    const before = await ready('edited');
    await until('it is published', () => publishedIn('edited', before));
    const [secret] = await secretsOf('edited');
    await cluster.kubectl.run(['annotate', '-n', 'edited', 'secret', secret?.metadata.name ?? '', '--overwrite', 'federation.scaiwave.io/valid-from=2020-01-01T00:00:00.000Z']);
    await activeOtherThan('edited', before);
    await until('it is a condition', async () => (await conditionOf('edited'))?.reason === 'SecretTampered');
    await until('it is an Event', () => hasEvent('edited', 'SecretTampered'));
    await until('it is retired', async () => (await stateOf('edited', before)) === 'Retired');
    await cluster.kubectl.run(['delete', '-n', 'edited', 'secret', secret?.metadata.name ?? '']);
    await until('all is well', async () => (await conditionOf('edited'))?.status === 'True');
    expect(await stateOf('edited', before)).toBe('Retired');
  });

  test('a key whose Secret is gone is replaced; what is known of it stays listed', async () => {
    await apply('lost', {});
    const before = await ready('lost');
    await until('it is published', () => publishedIn('lost', before));
    const [secret] = await secretsOf('lost');
    cluster.kubelet.secretUpdates = 'held';
    await cluster.kubectl.run(['delete', '-n', 'lost', 'secret', secret?.metadata.name ?? '']);
    await activeOtherThan('lost', before);
    await until('it is a condition, until the new key is published', async () => (await conditionOf('lost'))?.reason === 'SecretMissing');
    cluster.kubelet.secretUpdates = 'prompt';
    await until('the new key is published', async () => publishedIn('lost', (await keysOf('lost')).active ?? ''));
    cluster.passTime(10_000);
    await until('all is well', async () => (await conditionOf('lost'))?.status === 'True');
    await until('it is an Event', () => hasEvent('lost', 'SecretMissing'));
    expect(await stateOf('lost', before)).toBe('Retired');
  });

  test('the keys of a deleted Tenant are taken up by the same one again, and not by one of another name', async () => {
    await apply('back', {});
    const before = await ready('back');
    await cluster.kubectl.run(['delete', '-n', 'back', 'tenant', 'back', '--timeout=30s']);
    await apply('back', {});
    expect(await ready('back')).toBe(before);
    await cluster.kubectl.run(['delete', '-n', 'back', 'tenant', 'back', '--timeout=30s']);
    await apply('back', {}, { serverName: 'other.example' });
    await until('it has a key', async () => (await keysOf('back')).active !== undefined);
    expect((await keysOf('back')).published.map(({ kid }) => kid)).not.toContain(before);
  });

  test('an operator that is killed after any single write of a rotation leaves one key that signs, and none is lost', async () => {
    await apply('killed', { rotation: { interval: '0s', publishLead: '1s', overlap: '1s' } });
    const listed = new Set([await ready('killed')]);
    const proxy = await ApiserverProxy.start(cluster.plane);
    const env = { KUBECONFIG: cluster.plane.writeKubeconfig('proxy.kubeconfig', undefined, proxy.url) };
    await cluster.endOperator();
    await cluster.startOperator('operator', env);
    // What is waited for comes within 5 s of the clock; faster than the workers' signs of life it must not go.
    let movedAt = 0;
    const passSeconds = (): void => {
      if (performance.now() - movedAt < 1_000) return;
      movedAt = performance.now();
      cluster.passTime(6_000);
    };
    const missing = async (round: number): Promise<string | null> => {
      passSeconds();
      const { published, next, lastHandledRotateRequest } = await keysOf('killed');
      const secrets = await secretsOf('killed');
      for (const { data } of secrets) listed.add(decode(data['kid']));
      if (lastHandledRotateRequest !== `round-${round}`) return 'an answer to the request';
      if (next !== undefined || !published.every(({ state }) => ['Active', 'Retired'].includes(state))) return 'the end of the rotation';
      if (published.filter(({ state }) => state === 'Active').length !== 1) return 'one key that signs';
      const gone = [...listed].filter((kid) => !published.some((key) => key.kid === kid));
      if (gone.length > 0) return `keys that were there: ${gone.join(', ')}`;
      const isTidy = secrets.filter(({ data }) => data['seed'] !== undefined).length === 1 && new Set(secrets.map(({ data }) => data['kid'])).size === secrets.length;
      return isTidy ? null : 'one Secret for each key, and one private part';
    };
    const kills = await killAfterEachWrite({
      cluster, proxy, env, missing,
      act: async (round) => void (await cluster.kubectl.run(['annotate', '-n', 'killed', 'tenant', 'killed', '--overwrite', `federation.scaiwave.io/rotate-requested-at=round-${round}`])),
    });
    expect(kills).toBeGreaterThanOrEqual(5);
    proxy.close();
  }, 600_000);

  test('a second pass over keys in all states writes nothing', async () => {
    await cluster.endOperator('operator', 'SIGTERM');
    await cluster.startOperator();
    const metrics = async (): Promise<string> => (await cluster.health('operator', '/metrics')).text;
    await until('the operator has looked', async () => Number(/^controller_runtime_reconcile_total\{controller="tenant",result="success"\} (\d+)/m.exec(await metrics())?.[1]) >= 10);
    await until('its queues are empty', async () => [...(await metrics()).matchAll(/^workqueue_depth\{.*\} (\d+)$/gm)].every(([, depth]) => depth === '0'));
    expect([...(await metrics()).matchAll(/^rest_client_requests_total\{.*method="(?:POST|PATCH|DELETE)".*$/gm)].map(([line]) => line)).toEqual([]);
  });
});
