import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Database } from '@scaiwave/database';
import { inRequest, ManualClock, newId } from '@scaiwave/telemetry';
import { createTestDatabase, type TestDatabase } from '@scaiwave/testing/database';
import { AuditStore, type AuditFilter } from './audit.store.js';
import { Audit } from './audit.js';

describe('the audit log', () => {
  const clock = new ManualClock();
  const store = new AuditStore();
  const audit = new Audit(clock, store);
  const tenantId = newId(clock);
  const start = clock.date();
  let database: TestDatabase;
  let db: Database;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = database.open();
    for (const [actor, action] of [['@bob:alpha.test', 'policy.changed'], ['@alice:alpha.test', 'invitation.made'], ['beta.test', 'invitation.refused']] as const) {
      clock.advance({ minutes: 1 });
      await inRequest('r1', () => db.forTenant(tenantId, (tx) => audit.write(tx, { actor, action, subject: 'x', details: { n: action } })));
    }
  });
  afterAll(async () => {
    await db?.close();
    await database?.drop();
  });

  const actions = async (filter: AuditFilter) => (await db.readTenant(tenantId, (reader) => store.list(reader, filter))).rows.map((row) => row.action);

  it('lists newest first with its total', async () => {
    const { rows, total } = await db.readTenant(tenantId, (reader) => store.list(reader, { limit: 1 }));
    expect(total).toBe(3);
    expect(rows).toEqual([expect.objectContaining({ actor: 'beta.test', action: 'invitation.refused', details: { n: 'invitation.refused' }, request_id: 'r1' })]);
  });

  it.each<[string, AuditFilter, string[]]>([
    ['by actor', { actor: '@bob:alpha.test' }, ['policy.changed']],
    ['by action', { action: 'invitation.made' }, ['invitation.made']],
    ['by family of actions', { action: 'invitation.' }, ['invitation.refused', 'invitation.made']],
    ['by time, the end left out', { from: new Date(start.getTime() + 60_000), to: new Date(start.getTime() + 180_000) }, ['invitation.made', 'policy.changed']],
  ])('is filtered %s', async (_, filter, expected) => {
    expect(await actions(filter)).toEqual(expected);
  });

  it('can be neither changed nor shortened by the app', async () => {
    await expect(db.forTenant(tenantId, (tx) => tx.execute(`UPDATE audit_log SET actor = 'nobody'`))).rejects.toThrow('permission denied');
    await expect(db.forTenant(tenantId, (tx) => tx.execute('DELETE FROM audit_log'))).rejects.toThrow('permission denied');
    expect(await actions({})).toHaveLength(3);
  });

  it('shows a tenant only its own lines', async () => {
    const other = await db.readTenant(newId(clock), (reader) => store.list(reader));
    expect(other).toEqual({ rows: [], total: 0 });
  });
});
