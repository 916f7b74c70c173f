import type { StandingOfResource } from '@scaiwave/core/resources';
import type { TenantId } from '@scaiwave/protocol';
import { Figures } from './figures.js';
import type { TenantData } from './tenant/tenant-data.js';

const row = (more: Partial<StandingOfResource>): StandingOfResource => ({
  tenant: 'acme.test', tenant_resource: 'n/acme', failed: 0, peer: 'b.test', peer_resource: null, admin_state: 'active', verdict: null, failing_since: null, last_seen_at: null,
  last_error_code: null, last_error_message: null, last_error_at: null, events: 1, oldest_at: new Date(0), shared_rooms: 1, stopped: 0, last_success_at: null, provider_policy: {}, admin_policy: null, declaration: null, endpoint_url: null, trust_mode: 'TrustOnFirstUse', pins: [],
  key_changed_at: null, keys: null, ...more,
});

test.each<[string, Partial<StandingOfResource>[], number]>([
  ['nothing waits', [{ events: 0, oldest_at: null }], 0],
  ['something waits', [{}], 60],
  ['the oldest counts', [{ oldest_at: new Date(50_000) }, { oldest_at: new Date(20_000) }], 40],
  ['its peer is down: no worker helps', [{ verdict: 'down' }], 0],
  ['its peer asked us to wait', [{ verdict: 'busy' }], 0],
  ['its peer is paused', [{ admin_state: 'paused' }], 0],
  ['its lane is stopped', [{ stopped: 1 }], 0],
])('what autoscalers go by, when %s', async (_what, rows, seconds) => {
  const figures = new Figures({ listStandings: async () => rows.map(row) } as unknown as TenantData);
  await figures.refresh(60_000);
  expect(figures.secondsWaiting('n/acme', 60_000)).toBe(seconds);
});

describe('figures of one tenant', () => {
  const id = '00000000-0000-7000-8000-000000000001' as TenantId;
  const partner = row({ peer_resource: 'n/partner', events: 0, oldest_at: null });

  test('read alone tell which of its peers have something new, once', async () => {
    const told: string[][] = [];
    const figures = new Figures({ listStandings: async () => [partner] } as unknown as TenantData, (peers) => told.push(peers));
    await figures.refreshTenant('n/acme', id, 0);
    await figures.refreshTenant('n/acme', id, 0);
    expect([figures.find('n/acme'), told, await figures.refresh(0)]).toEqual([[partner], [['n/partner'], []], { tenants: [], peers: [] }]);
  });

  test('are not replaced by a look at everybody that began before', async () => {
    const everybody = Promise.withResolvers<StandingOfResource[]>();
    const figures = new Figures({ listStandings: async (of?: TenantId) => (of === undefined ? everybody.promise : [partner]) } as unknown as TenantData);
    const looking = figures.refresh(0);
    await figures.refreshTenant('n/acme', id, 0);
    everybody.resolve([row({ tenant_resource: 'n/other', peer_resource: 'n/other-partner' })]);
    expect([await looking, figures.find('n/acme')]).toEqual([{ tenants: ['n/other'], peers: ['n/other-partner'] }, [partner]]);
  });
});
