import { generateCheckedKey } from '@scaiwave/core/resources';
import type { Secret } from '../kinds.js';
import { buildKeyrings, countShards, type PoolTenant } from './build-keyring.js';

const key = generateCheckedKey();
const tenants = (count: number): PoolTenant[] => Array.from({ length: count }, (_, index) => ({
  resource: `tenant-${index}/t${index}`, serverName: `t${index}.example`,
  keys: [{ kid: key.kid, public_key: key.publicKey.toString('base64url'), seed: key.seed.toString('base64url'), state: 'active', valid_from: '2026-01-01T00:00:00.000Z' }],
}));
const place = { releaseName: 'scaiwave', releaseNamespace: 'scaiwave', pool: 'shared' };
const named = (name: string): Secret => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } });

describe('the keyring of a pool', () => {
  it.each([[0, 16], [1_000, 16], [10_000, 32]])('of %i tenants is %i Secrets, none with more than 500', (count, shards) => {
    const all = tenants(count);
    expect(countShards(all, [])).toBe(shards);
    const keyrings = buildKeyrings({ ...place, tenants: all, shards });
    expect(Math.max(...keyrings.map(({ data = {} }) => Object.keys(data).length))).toBeLessThanOrEqual(500);
    expect(keyrings.reduce((sum, { data = {} }) => sum + Object.keys(data).length, 0)).toBe(count);
  });

  it('never shrinks: fewer Secrets would be another template of the workers', () => {
    expect(countShards([], [named('scaiwave-keyring-shared-3'), named('scaiwave-keyring-shared-20')])).toBe(32);
  });

  it('changes one Secret when a tenant comes', () => {
    const [before, after] = [tenants(100), tenants(101)].map((all) => buildKeyrings({ ...place, tenants: all, shards: 16 }).map(({ data }) => JSON.stringify(data)));
    expect(after?.filter((data, shard) => data !== before?.[shard])).toHaveLength(1);
  });
});
