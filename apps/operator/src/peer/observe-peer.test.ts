import type { StandingOfResource } from '@scaiwave/core/resources';
import type { Peer } from '../kinds.js';
import { buildPeerFigures } from './build-peer-status.js';
import { checkConnected, checkInSync, checkKeys, checkPolicy, summarizePeer } from './observe-peer.js';
import { decidePeerAccepted } from './peer.checks.js';

const declaration = { endpoint_url: null, private: false, trust_mode: 'TrustOnFirstUse', pins: [], on_unknown_key: 'Reject', policy: { suspend: false, max_foreign_participants_per_room: null, allow_invites: true } } as const;
const key = { kid: 'ed25519:abcdefghij', public_key: Buffer.alloc(32).toString('base64'), state: 'active', valid_until: null };
const standing = (changes: Partial<StandingOfResource> = {}): StandingOfResource => ({
  tenant: 'acme.example', tenant_resource: 'acme/acme', failed: 0, peer: 'partner.example', peer_resource: 'acme/partner', admin_state: 'active', verdict: null, failing_since: null,
  last_seen_at: new Date(1_000_000_000_000), last_success_at: null, last_error_code: null, last_error_message: null, last_error_at: null, events: 0, oldest_at: null, shared_rooms: 1, stopped: 0,
  provider_policy: {}, admin_policy: null, declaration: declaration as never, endpoint_url: null, trust_mode: 'TrustOnFirstUse', pins: [], key_changed_at: null, keys: [key], ...changes,
});
const declared = (mode: string) => ({ ...declaration, trust_mode: mode }) as never;

describe('whether a Peer counts', () => {
  const peer = (name: string, changes: { serverName?: string; created?: string } = {}): Peer => ({
    apiVersion: '', kind: 'Peer', metadata: { name, uid: name, namespace: 'acme', creationTimestamp: changes.created ?? '2027-01-01T00:00:00Z' }, spec: { tenantRef: { name: 'acme' }, serverName: changes.serverName ?? 'partner.example' },
  });
  const tenant = { ownName: 'acme.example', blocked: ['*.enemy.example'] };
  const older = peer('older');
  const younger = peer('younger', { created: '2027-01-02T00:00:00Z' });

  test.each<[string, Peer, Parameters<typeof decidePeerAccepted>[2], string]>([
    ['without its Tenant', older, null, 'TenantNotFound'],
    ['that names its own tenant', peer('self', { serverName: 'acme.example' }), tenant, 'IsTenantItself'],
    ['that the Tenant blocks', peer('enemy', { serverName: 'x.enemy.example' }), tenant, 'Blocked'],
    ['declared before by an older one', younger, tenant, 'Duplicate'],
    ['that is the older of two', older, tenant, 'Accepted'],
  ])('one %s', (_, one, of, reason) => {
    expect(decidePeerAccepted(one, [younger, older], of)).toMatchObject({ reason, status: reason === 'Accepted' ? 'True' : 'False' });
  });

  test.each<[string, Partial<StandingOfResource>, string]>([
    ['that its admin has blocked', { admin_state: 'blocked' }, 'Blocked'],
    ['on the admin’s blocked list', { admin_policy: { blocked_peers: ['partner.example'] } }, 'Blocked'],
    ['that was removed', { admin_state: 'removed' }, 'Removed'],
    ['of a tenant that is closed', { provider_policy: { default_mode: 'closed' } }, 'FederationClosed'],
    ['that its admin does not allow', { admin_policy: { allowed_peers: ['other.example'] } }, 'NotAllowed'],
  ])('one %s is %s', (_, changes, reason) => {
    expect(checkPolicy(standing(changes), ['partner.example'])).toMatchObject({ type: 'Accepted', status: 'False', reason });
  });

  test('one that policy lets in', () => {
    expect(checkPolicy(standing(), ['partner.example'])).toBeNull();
  });
});

describe('how things stand with a peer', () => {
  test.each<[Partial<StandingOfResource>, string, string]>([
    [{}, 'True', 'TrustedOnFirstUse'],
    [{ declaration: declared('Pinned') }, 'True', 'Pinned'],
    [{ declaration: declared('Discovered') }, 'True', 'Discovered'],
    [{ keys: null }, 'Unknown', 'NotYetContacted'],
    [{ key_changed_at: new Date() }, 'False', 'KeyChanged'],
    [{ key_changed_at: new Date(), declaration: declared('Pinned') }, 'False', 'KeyNotPinned'],
  ])('keys of %j: %s %s', (changes, status, reason) => {
    expect(checkKeys(standing(changes))).toMatchObject({ status, reason });
  });

  test.each<[Partial<StandingOfResource>, string, string]>([
    [{}, 'True', 'Connected'],
    [{ last_seen_at: null }, 'Unknown', 'NotYetContacted'],
    [{ last_seen_at: null, last_success_at: new Date() }, 'True', 'Connected'],
    [{ verdict: 'down' }, 'False', 'Unreachable'],
    [{ verdict: 'busy' }, 'False', 'Busy'],
    [{ verdict: 'refuses_us' }, 'False', 'RefusesUs'],
    [{ admin_state: 'paused' }, 'False', 'Paused'],
    [{ admin_state: 'removed_by_them' }, 'False', 'RemovedByThem'],
  ])('connection of %j: %s %s', (changes, status, reason) => {
    expect(checkConnected(standing(changes), false)).toMatchObject({ status, reason });
  });

  test('a suspended one is not connected, whatever else is known', () => {
    expect(checkConnected(standing(), true)).toMatchObject({ status: 'False', reason: 'Suspended' });
  });

  test.each<[Partial<StandingOfResource>, string]>([[{}, 'InSync'], [{ events: 3 }, 'Behind'], [{ events: 3, stopped: 1 }, 'LanesStopped']])('histories of %j: %s', (changes, reason) => {
    expect(checkInSync(standing(changes))).toMatchObject({ reason });
  });

  test('being behind does not make it unready; anything else that is wrong does, the first of it in words', () => {
    const readyOf = (changes: Partial<StandingOfResource>) => summarizePeer([checkKeys(standing(changes)), checkConnected(standing(changes), false), checkInSync(standing(changes))]);
    expect(readyOf({ events: 3 })).toMatchObject({ status: 'True', reason: 'Ready' });
    expect(readyOf({ stopped: 1 })).toMatchObject({ status: 'False', reason: 'LanesStopped' });
    expect(readyOf({ verdict: 'down', key_changed_at: new Date() })).toMatchObject({ status: 'False', reason: 'KeyChanged' });
    expect(readyOf({ last_seen_at: null })).toMatchObject({ status: 'Unknown', reason: 'NotYetContacted' });
  });

  test('its figures change in steps, not with every message', () => {
    const at = (ms: number) => buildPeerFigures(standing({ last_seen_at: new Date(ms), events: 2, oldest_at: new Date(ms - 40_000) }), ms);
    const whole = 1_700_000_100_000 - (1_700_000_100_000 % 300_000);
    expect(at(whole)).toEqual(at(whole + 250_000));
    expect(at(whole)).toMatchObject({ backlog: 2, oldestPendingAge: '30s', observedKeys: [{ kid: key.kid, state: 'Active', fingerprint: expect.stringMatching(/^SHA256:/) }], effective: { trustMode: 'TrustOnFirstUse', endpointUrl: 'https://partner.example' } });
  });
});
