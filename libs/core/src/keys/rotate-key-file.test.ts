import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@scaiwave/database';
import { parseDescriptor } from '@scaiwave/protocol/node';
import { ManualClock } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import sodium from 'libsodium-wrappers';
import { Audit, AuditStore } from '../audit/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import { ApplyTenant } from '../tenants/apply-tenant.js';
import type { TenantSpec } from '../tenants/resource-types.js';
import type { TenantContext } from '../tenants/tenant-context.js';
import { TenantStore } from '../tenants/tenant.store.js';
import { AcknowledgeKeys } from './acknowledge-keys.js';
import { DescriptorStore } from './descriptor.store.js';
import { generateRecoveryKey, openKeyBackup } from './key-backup.js';
import { KeyRotationStore } from './key-rotation.store.js';
import { Keyring } from './keyring.js';
import { PublishDescriptor } from './publish-descriptor.js';
import { RotateKeyFile } from './rotate-key-file.js';
import { RotationRecords } from './rotation-records.js';
import { WorkerStore } from './worker.store.js';

/** A worker as far as keys go: its keyring is read only when the test says so. */
class KeyWorker {
  private constructor(
    private readonly keyring: Keyring,
    readonly publish: PublishDescriptor,
    readonly acknowledge: AcknowledgeKeys,
  ) {}

  static async start(name: string, { db, dir, clock }: { db: Database; dir: string; clock: ManualClock }): Promise<KeyWorker> {
    const keyring = await Keyring.load({ dir, passphrase: null });
    const options = new DeliveryOptions({ worker: name, pool: 'shared', allowsLocalhostPeers: false, requestTimeoutMs: 1, drainSliceMs: 1, backoffInitialMs: 1, backoffMaxMs: 1, giveUpAfterMs: 1 });
    return new KeyWorker(keyring, new PublishDescriptor(db, new DescriptorStore(), keyring, clock), new AcknowledgeKeys(db, new WorkerStore(), keyring, options, clock));
  }

  async sweep(tenant: TenantContext): Promise<string> {
    await this.keyring.refresh();
    return this.sweepWithOldKeys(tenant);
  }

  async sweepWithOldKeys(tenant: TenantContext): Promise<string> {
    await this.acknowledge.run();
    return this.publish.run(tenant);
  }
}

describe('keys in a folder', () => {
  const spec: TenantSpec = { serverName: 'acme.localhost', auth: { oidc: { issuer: 'http://localhost:1', clientId: 'acme' } }, signing: { rotation: { interval: '720h' } } };
  const resource = 'default/acme';
  let database: TestDatabase;
  let db: Database;
  let clock: ManualClock;
  let dir: string;
  let tenant: TenantContext;
  let rotate: RotateKeyFile;
  let records: RotationRecords;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = database.open();
    clock = new ManualClock();
    dir = mkdtempSync(join(tmpdir(), 'keyring-'));
    const applied = await new ApplyTenant(db, new TenantStore(), clock).run({ spec, resource });
    if (applied.outcome === 'refused') throw new Error(applied.sentence);
    tenant = applied.tenant;
    records = new RotationRecords(db, new KeyRotationStore(), new Audit(clock, new AuditStore()), clock);
    rotate = new RotateKeyFile({ dir, passphrase: null }, records, clock);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
    rmSync(dir, { recursive: true });
  });

  async function pass(more: Partial<TenantSpec> = {}): Promise<Record<string, string[]>> {
    const found = await rotate.run({ spec: { ...spec, ...more }, resource });
    await rotate.record(tenant.id, found);
    const { keys } = found.rotated;
    return Object.fromEntries([...Map.groupBy(keys, ({ state }) => state)].map(([state, mine]) => [state, mine.map(({ kid }) => kid)]));
  }
  const listed = async (): Promise<unknown> => {
    const row = await db.readTenant(tenant.id, (reader) => new DescriptorStore().findDescriptor(reader));
    const parsed = parseDescriptor(Buffer.from(row?.body ?? ''), { serverName: tenant.serverName, nowMs: clock.now() });
    return parsed.ok ? Object.fromEntries(parsed.keys.map(({ kid, state }) => [kid, state])) : parsed;
  };
  const waitsFor = async (): Promise<unknown> => (await database.rows<{ waits_for: string }>('SELECT waits_for FROM key_rotations'))[0]?.waits_for;

  it('live on by the clock, as told by the worker that loads and publishes them', async () => {
    const worker = await KeyWorker.start('w1', { db, dir, clock });
    const [first = ''] = (await pass())['active'] ?? [];
    expect(await worker.sweep(tenant)).toBe('published');
    clock.advance({ days: 29 });
    const [second = ''] = (await pass())['next'] ?? [];
    expect(await worker.sweep(tenant)).toBe('published');
    expect(await listed()).toEqual({ [first]: 'active', [second]: 'next' });
    clock.advance({ days: 1 });
    await worker.sweep(tenant);
    expect(await pass()).toEqual({ active: [second], retiring: [first] });
    await worker.sweep(tenant);
    expect(await listed()).toEqual({ [first]: 'retiring', [second]: 'active' });
    clock.advance({ days: 7 });
    expect(await pass()).toEqual({ active: [second], retired: [first] });
    expect(readFileSync(join(dir, 'acme.localhost.json'), 'utf8').match(/seed/g)).toHaveLength(1);
    const audit = await database.rows<{ action: string }>('SELECT action FROM audit_log ORDER BY at, action');
    expect(audit.map(({ action }) => action)).toEqual(['key.made', 'key.made', 'key.active', 'key.retiring', 'key.retired']);
  });

  it('are promoted only when every worker that lives has loaded them; one that was killed is not waited for', async () => {
    const [prompt, slow] = [await KeyWorker.start('prompt', { db, dir, clock }), await KeyWorker.start('slow', { db, dir, clock })];
    await pass();
    for (const worker of [prompt, slow]) await worker.sweep(tenant);
    clock.advance({ days: 29 });
    const [next = ''] = (await pass())['next'] ?? [];
    await prompt.sweep(tenant);
    clock.advance({ days: 2 });
    await prompt.sweep(tenant);
    await slow.sweepWithOldKeys(tenant);
    expect((await pass())['next']).toEqual([next]);
    expect(await waitsFor()).toBe('workers');
    clock.advance({ seconds: 61 });
    await prompt.sweep(tenant);
    expect((await pass())['active']).toEqual([next]);
  });

  it('wait for a worker when the last one has stopped', async () => {
    const worker = await KeyWorker.start('w1', { db, dir, clock });
    await pass();
    await worker.sweep(tenant);
    clock.advance({ days: 29 });
    await pass();
    await worker.sweep(tenant);
    await worker.acknowledge.end();
    clock.advance({ days: 2 });
    await pass();
    expect(await waitsFor()).toBe('workers');
  });

  it('a worker that still has the old keyring does not take back what another one has published', async () => {
    const [prompt, slow] = [await KeyWorker.start('prompt', { db, dir, clock }), await KeyWorker.start('slow', { db, dir, clock })];
    await pass();
    for (const worker of [prompt, slow]) await worker.sweep(tenant);
    clock.advance({ days: 29 });
    await pass();
    await prompt.sweep(tenant);
    const after = await listed();
    expect(await slow.sweepWithOldKeys(tenant)).toBe('unchanged');
    expect(await listed()).toEqual(after);
    clock.advance({ hours: 12 });
    expect(await slow.sweepWithOldKeys(tenant)).toBe('published');
  });

  it('an admin’s wish is seen to once', async () => {
    await pass();
    await db.forTenant(tenant.id, (tx) => new KeyRotationStore().request(tx, { at: clock.date(), by: '@bob:acme.localhost' }));
    expect(await rotate.listRequested()).toEqual([resource]);
    const { next } = await pass();
    expect(await rotate.listRequested()).toEqual([]);
    expect((await pass())['next']).toEqual(next);
    expect(await database.rows(`SELECT subject FROM audit_log WHERE action = 'key.rotation_begun'`)).toEqual([{ subject: next?.[0] }]);
  });

  it('a file that is gone costs its keys and no more: what was published stays listed', async () => {
    const worker = await KeyWorker.start('w1', { db, dir, clock });
    const [first = ''] = (await pass())['active'] ?? [];
    await worker.sweep(tenant);
    rmSync(join(dir, 'acme.localhost.json'));
    const { active, retired } = await pass();
    expect([retired, active]).toEqual([[first], [expect.not.stringMatching(first)]]);
  });

  it('are sealed beside for the holder of the recovery key', async () => {
    await sodium.ready;
    const recovery = generateRecoveryKey();
    const { active } = await pass({ signing: { backup: { recoveryPublicKey: recovery.publicKey } } });
    const [file = ''] = readdirSync(join(dir, 'backups'));
    const { sealed_box: box } = JSON.parse(readFileSync(join(dir, 'backups', file), 'utf8')) as { sealed_box: string };
    expect(openKeyBackup(box, recovery.privateKey)).toMatchObject({ kid: active?.[0], server_name: 'acme.localhost' });
  });

  it('Postgres shows the workers and their kids to the fleet role only', async () => {
    const worker = await KeyWorker.start('w1', { db, dir, clock });
    await worker.acknowledge.run();
    await expect(db.readTenant(tenant.id, (reader) => reader.query('SELECT * FROM workers'))).rejects.toThrow('permission denied');
    expect(await db.acrossTenants('a test', (fleet) => fleet.query('SELECT worker, loaded_kids FROM workers'))).toEqual([{ worker: 'w1', loaded_kids: [] }]);
  });
});
