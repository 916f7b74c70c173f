import { ApiWorld } from './api-world.js';

test('two admins who change the policy at once change both of its fields', async () => {
  const world = await ApiWorld.create({ tenants: ['alpha'] });
  const admins = await Promise.all(['root', 'ruth', 'rolf'].map((name) => world.person(name, 'alpha', 'admin')));
  const changes = [{ default_mode: 'open' }, { blocked_peers: ['evil.test'] }, { third_party_servers: 'accepted' }, { directory: 'nobody' }, { max_foreign_participants_per_room: 7 }, { max_backfill_events_per_request: 9 }];
  await Promise.all(changes.map((change, n) => admins[n % admins.length]!.must('PUT', '/v1/admin/federation/policy', change)));
  expect((await admins[0]!.must('GET', '/v1/admin/federation/policy')).admin).toEqual(Object.assign({}, ...changes));
  await world.close();
});
