import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '@scaiwave/database';
import { parseDescriptor } from '@scaiwave/protocol/node';
import { ManualClock } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { ApplyTenant } from '../tenants/apply-tenant.js';
import type { TenantContext } from '../tenants/index.js';
import { TenantStore } from '../tenants/tenant.store.js';
import { DescriptorStore } from './descriptor.store.js';
import { FindDescriptor } from './find-descriptor.js';
import { generateCheckedKey } from './generate-checked-key.js';
import { ensureFirstKey } from './keyring-folder.js';
import { Keyring } from './keyring.js';
import { PublishDescriptor } from './publish-descriptor.js';

describe('the descriptor', () => {
  let database: TestDatabase;
  let db: Database;
  let clock: ManualClock;
  let dir: string;
  let keyring: Keyring;
  let tenant: TenantContext;
  let publish: PublishDescriptor;
  let find: FindDescriptor;
  beforeEach(async () => {
    database = await createTestDatabase();
    db = database.open();
    clock = new ManualClock();
    dir = mkdtempSync(join(tmpdir(), 'keyring-'));
    keyring = await Keyring.load({ dir, passphrase: null });
    const applied = await new ApplyTenant(db, new TenantStore(), clock)
      .run({ spec: { serverName: 'acme.localhost', auth: { oidc: { issuer: 'http://localhost:1', clientId: 'acme' } } }, resource: 'default/acme' });
    if (applied.outcome === 'refused') throw new Error(applied.sentence);
    tenant = applied.tenant;
    publish = new PublishDescriptor(db, new DescriptorStore(), keyring, clock);
    find = new FindDescriptor(db, new DescriptorStore(), clock);
  });
  afterEach(async () => {
    await db.close();
    await database.drop();
    rmSync(dir, { recursive: true });
  });

  async function makeKey(): Promise<string> {
    const kid = await ensureFirstKey({ dir, passphrase: null }, tenant.serverName, clock.date());
    await keyring.refresh();
    return kid!;
  }
  async function parsed() {
    const served = await find.run(tenant);
    const result = parseDescriptor(Buffer.from(served!.body), { serverName: tenant.serverName, nowMs: clock.now() });
    if (!result.ok) throw new Error(result.detail);
    return result;
  }

  it('is not there before a worker with a key has published it', async () => {
    expect(await publish.run(tenant)).toBe('no_key');
    expect(await find.run(tenant)).toBeNull();
  });

  it('is signed by the active key, valid 24 hours, and leaves public parts of the keys only', async () => {
    const kid = await makeKey();
    expect(await publish.run(tenant)).toBe('published');
    const { descriptor, vouchedBy, cacheUntil } = await parsed();
    expect(vouchedBy).toEqual([kid]);
    expect(cacheUntil - clock.now()).toBe(86_400_000);
    expect(descriptor.endpoints).toMatchObject({ directory: expect.any(String), status: expect.any(String) });
    expect(await database.rows('SELECT kid, state, valid_until FROM signing_keys')).toEqual([{ kid, state: 'active', valid_until: null }]);
    const seed = (JSON.parse(readFileSync(join(dir, 'acme.localhost.json'), 'utf8')) as { keys: { seed: string }[] }).keys[0]!.seed;
    const dump = JSON.stringify(await database.rows('SELECT s.*, d.* FROM signing_keys s, descriptors d'));
    expect(dump).not.toContain(seed);
    expect(dump).not.toContain(Buffer.from(seed, 'base64url').toString('hex'));
  });

  it('is left alone in the first half of its validity and signed again in the second', async () => {
    await makeKey();
    await publish.run(tenant);
    clock.advance({ hours: 11, minutes: 59 });
    expect(await publish.run(tenant)).toBe('unchanged');
    clock.advance({ minutes: 1 });
    expect(await publish.run(tenant)).toBe('published');
    expect((await parsed()).cacheUntil - clock.now()).toBe(86_400_000);
  });

  it('is not served after its validity: no worker renewed it', async () => {
    await makeKey();
    await publish.run(tenant);
    clock.advance({ hours: 24 });
    expect(await find.run(tenant)).toBeNull();
  });

  it('is signed again at once when the keys change, by the new key and by the one that retires', async () => {
    const old = await makeKey();
    await publish.run(tenant);
    const file = join(dir, 'acme.localhost.json');
    const keys = JSON.parse(readFileSync(file, 'utf8')) as { keys: { state: string }[] };
    const next = generateCheckedKey();
    keys.keys[0]!.state = 'retiring';
    writeFileSync(file, JSON.stringify({ ...keys, keys: [...keys.keys, {
      kid: next.kid, public_key: next.publicKey.toString('base64url'), seed: next.seed.toString('base64url'), state: 'active', valid_from: clock.date().toISOString(),
    }] }));
    await keyring.refresh();
    expect(await publish.run(tenant)).toBe('published');
    expect((await parsed()).vouchedBy).toEqual([next.kid, old]);
    expect(await database.rows('SELECT kid, state FROM signing_keys ORDER BY state')).toEqual([{ kid: next.kid, state: 'active' }, { kid: old, state: 'retiring' }]);
  });
});
