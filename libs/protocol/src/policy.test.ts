import { describe, expect, test } from '@jest/globals';
import { DEFAULT_POLICY, decidePeering, effectivePolicy, parseResourcePolicy, policySchema, presentResourcePolicy, type PartialPolicy, type PeerStanding, type ServerName } from './index.js';

const rule = (provider: PartialPolicy, admin: PartialPolicy, more: { declared?: string[]; name?: string; standing?: PeerStanding } = {}) => {
  const verdict = decidePeering(effectivePolicy(provider, admin, more.declared), (more.name ?? 'b.test') as ServerName, more.standing ?? 'unknown');
  return verdict.allowed ? 'ok' : `${verdict.rule}${verdict.early ? ' early' : ''}`;
};

describe('the policy in force', () => {
  test('is the default where nobody has stated anything', () => {
    expect(effectivePolicy({}, {})).toMatchObject({ ...DEFAULT_POLICY, allowed_peers: [] });
    expect(new Set(Object.values(effectivePolicy({}, {}).decidedBy))).toEqual(new Set(['default']));
  });

  test.each([
    ['open', undefined, 'open', 'provider'], [undefined, 'open', 'open', 'admin'], ['open', 'invite_only', 'invite_only', 'admin'], ['closed', 'open', 'closed', 'provider'],
    ['invite_only', 'invite_only', 'invite_only', 'provider'],
  ] as const)('mode of provider %s and admin %s is %s, decided by %s', (...[provider, admin, mode, by]) => {
    const policy = effectivePolicy({ default_mode: provider }, { default_mode: admin });
    expect([policy.default_mode, policy.decidedBy.default_mode]).toEqual([mode, by]);
  });

  test('takes the smaller number, the stricter choice, and all blocks', () => {
    const policy = effectivePolicy(
      { max_foreign_participants_per_room: 20, max_backfill_events_per_request: 0, third_party_servers: 'accepted', directory: 'open', blocked_peers: ['x.test'] },
      { max_foreign_participants_per_room: 30, max_backfill_events_per_request: 500, third_party_servers: 'any', directory: 'nobody', blocked_peers: ['y.test'] },
    );
    expect(policy).toMatchObject({
      max_foreign_participants_per_room: 20, max_backfill_events_per_request: 0, third_party_servers: 'accepted', directory: 'nobody', blocked_peers: ['x.test', 'y.test'],
      decidedBy: { max_foreign_participants_per_room: 'provider', directory: 'admin', third_party_servers: 'provider' },
    });
  });

  test('shows the intersection of both lists, patterns included', () => {
    const policy = effectivePolicy({ allowed_peers: ['*.partner.test', 'c.test'] }, { allowed_peers: ['a.partner.test', '*.test', 'z.example'] }, ['d.test']);
    expect([...policy.allowed_peers!].sort()).toEqual(['*.partner.test', 'a.partner.test', 'c.test', 'd.test']);
  });

  test.each<[string, PartialPolicy, PartialPolicy, string]>([
    ['blocked_peers', { blocked_peers: ['x.test'] }, {}, 'provider'], ['blocked_peers', {}, { blocked_peers: ['x.test'] }, 'admin'],
    ['blocked_peers', { blocked_peers: ['x.test'] }, { blocked_peers: ['x.test', 'y.test'] }, 'admin'], ['blocked_peers', { blocked_peers: ['x.test'] }, { blocked_peers: ['y.test'] }, 'both'],
    ['allowed_peers', { allowed_peers: ['x.test'] }, { allowed_peers: ['*.test'] }, 'provider'], ['allowed_peers', { allowed_peers: ['*.test'] }, { allowed_peers: ['x.test'] }, 'admin'],
    ['allowed_peers', { allowed_peers: ['x.test', 'y.test'] }, { allowed_peers: ['y.test', 'z.test'] }, 'both'], ['allowed_peers', {}, {}, 'default'],
  ])('says who decides %s: of %j and %j it is %s', (field, provider, admin, by) => {
    expect(effectivePolicy(provider, admin).decidedBy[field as 'allowed_peers' | 'blocked_peers']).toBe(by);
  });
});

describe('peering', () => {
  test.each<[string, PartialPolicy, PartialPolicy, { declared?: string[]; name?: string; standing?: PeerStanding }, string]>([
    ['open takes everybody', { default_mode: 'open' }, {}, {}, 'ok'],
    ['closed takes nobody, listed ones neither', {}, { default_mode: 'closed', allowed_peers: ['b.test'] }, {}, 'mode_closed early'],
    ['invite_only without a list takes nobody', {}, {}, {}, 'not_named'],
    ['invite_only takes whom the admin lists', {}, { allowed_peers: ['b.test'] }, {}, 'ok'],
    ['invite_only takes whom the provider lists', { allowed_peers: ['*.test'] }, {}, {}, 'ok'],
    ['invite_only takes whom the provider declares', {}, {}, { declared: ['b.test'] }, 'ok'],
    ['declared peers do not shut others out', { default_mode: 'open' }, {}, { declared: ['c.test'] }, 'ok'],
    ['a declared peer joins a stated list', { allowed_peers: ['c.test'] }, {}, { declared: ['b.test'] }, 'ok'],
    ['both lists must name it: provider', { allowed_peers: ['c.test'] }, { allowed_peers: ['b.test'] }, {}, 'provider_allowed_servers'],
    ['both lists must name it: admin', { allowed_peers: ['b.test'] }, { allowed_peers: ['c.test'] }, {}, 'admin_allowed_peers'],
    ['an empty list of the admin names nobody', { allowed_peers: ['b.test'] }, { allowed_peers: [] }, {}, 'admin_allowed_peers'],
    ['a declared peer must pass the admin’s list', {}, { allowed_peers: ['c.test'] }, { declared: ['b.test'] }, 'admin_allowed_peers'],
    ['blocked wins over allowed', {}, { allowed_peers: ['b.test'], blocked_peers: ['*.test'] }, {}, 'blocked_peers early'],
    ['a blocked suffix holds on every port', { default_mode: 'open' }, { blocked_peers: ['*.test'] }, { name: 'b.test:8443' }, 'blocked_peers early'],
    ['a peer blocked by hand', { default_mode: 'open' }, {}, { standing: 'blocked' }, 'peer_blocked early'],
    ['a peer suspended by the provider', { default_mode: 'open' }, {}, { standing: 'suspended' }, 'peer_suspended early'],
    ['a removed peer is refused later, for its severed', { default_mode: 'open' }, {}, { standing: 'removed' }, 'peer_removed'],
    ['who removed us may come back', { default_mode: 'open' }, {}, { standing: 'removed_by_them' }, 'ok'],
    ['lists count under open too', { default_mode: 'open' }, { allowed_peers: ['c.test'] }, {}, 'admin_allowed_peers'],
  ])('%s', (...[, provider, admin, more, expected]) => expect(rule(provider, admin, more)).toBe(expected));
});

describe('the resource’s form', () => {
  test('is translated field by field', () => {
    expect(parseResourcePolicy({ mode: 'InviteOnly', allowedServers: ['*.partner.test'], blockedServers: [], maxForeignParticipantsPerRoom: 5, maxBackfillEventsPerRequest: 0, directory: 'Nobody', thirdPartyServers: 'Accepted' })).toEqual({
      default_mode: 'invite_only', allowed_peers: ['*.partner.test'], blocked_peers: [], max_foreign_participants_per_room: 5, max_backfill_events_per_request: 0, directory: 'nobody', third_party_servers: 'accepted',
    });
  });
  test('is the way back of what it reads', () => {
    const peering = { mode: 'InviteOnly', allowedServers: ['*.partner.test'], maxBackfillEventsPerRequest: 0, directory: 'Nobody', thirdPartyServers: 'Accepted' };
    expect(presentResourcePolicy(parseResourcePolicy(peering))).toEqual(peering);
  });
  test('leaves out what it leaves out', () => expect(parseResourcePolicy({ mode: 'Open', allowedServers: undefined })).toEqual({ default_mode: 'open' }));
  test.each([{ mode: 'open' }, { mode: 'toString' }, { directory: 7 }, { allowedServers: ['Bad.test'] }])('refuses %j', (peering) => expect(() => parseResourcePolicy(peering)).toThrow());
  test('knows no other fields', () => expect(policySchema.safeParse({ ...DEFAULT_POLICY, more: 1 }).success).toBe(false));
});
