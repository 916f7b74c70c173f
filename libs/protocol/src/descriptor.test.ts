import { describe, expect, test } from '@jest/globals';
import { decideTrust, decideVerifyKey, hasCommonVersion, type Kid, type KeyState, type KeyUse, type TrustInput, type VerifyKey } from './index.js';

const kid = (name: string) => `ed25519:${name.padEnd(10, '0')}` as Kid;
const key = (name: string, state: KeyState, valid_until: number | null = null): VerifyKey => ({ kid: kid(name), public_key: `ed25519:${name}`, state, valid_from: 0, valid_until });

describe('which key verifies what', () => {
  const keys = [key('active', 'active'), key('retiring', 'retiring'), key('retired', 'retired', 1_000), key('open', 'retired'), key('next', 'next'), key('revoked', 'revoked', 1_000)];
  const decide = (name: string, use: KeyUse, originTs?: number) => {
    const verdict = decideVerifyKey({ keys, kid: kid(name), use, originTs });
    return verdict.usable ? 'ok' : verdict.reason;
  };
  test.each(['request', 'event', 'relayed'] as const)('for a signature on a %s: active and retiring ones', (use) => {
    expect([decide('active', use, 0), decide('retiring', use, 9_999)]).toEqual(['ok', 'ok']);
    expect([decide('next', use, 500), decide('revoked', use, 500), decide('unlisted', use, 500)]).toEqual(['next', 'revoked', 'unknown_kid']);
  });
  test('a retired one only for what was relayed, and dated within its life', () => {
    expect([decide('retired', 'request'), decide('retired', 'event', 500), decide('retired', 'relayed', 1_000), decide('retired', 'relayed', 1_001), decide('retired', 'relayed')]).toEqual(
      ['retired', 'retired', 'ok', 'retired', 'retired'],
    );
    expect(decide('open', 'relayed', 0)).toBe('retired');
  });
});

describe('trust', () => {
  const trusts = (changes: Partial<TrustInput>) =>
    decideTrust({ mode: 'TrustOnFirstUse', trusted: ['ed25519:old'], keys: [key('new', 'active'), key('old', 'retiring')], vouchedBy: [kid('new')], ...changes }).trusted;
  const PINNED = { mode: 'Pinned', trusted: [], pinned: ['ed25519:old'] } as const;
  test.each<[string, Partial<TrustInput>, boolean]>([
    ['the first key seen is trusted', { trusted: [] }, true],
    ['a new key without the old one’s word is not', {}, false],
    ['a new key that the old one vouches for is', { vouchedBy: [kid('new'), kid('old')] }, true],
    ['the known key alone is', { keys: [key('old', 'active')], vouchedBy: [] }, true],
    ['an unknown key slipped in beside the known one, unsigned, is not', { keys: [key('old', 'active'), key('evil', 'retiring')], vouchedBy: [] }, false],
    ['a next or revoked key beside the known one verifies nothing and does no harm', { keys: [key('old', 'active'), key('n', 'next'), key('r', 'revoked')], vouchedBy: [] }, true],
    ['a revoked key vouches for nothing', { keys: [key('new', 'active'), key('old', 'revoked')], vouchedBy: [kid('new'), kid('old')] }, false],
    ['Discovered takes what TLS serves', { mode: 'Discovered' }, true],
    ['a pinned active key is trusted', { ...PINNED, keys: [key('old', 'active')], vouchedBy: [] }, true],
    ['an unpinned active key is not, even at first sight', { ...PINNED, pinned: [] }, false],
    ['a pinned key’s word counts only where pins may vouch', { ...PINNED, vouchedBy: [kid('new'), kid('old')] }, false],
    ['and there it counts', { ...PINNED, pinsMayVouch: true, vouchedBy: [kid('new'), kid('old')] }, true],
    ['a pinned active key may list its own retired ones', { ...PINNED, keys: [key('old', 'active'), key('older', 'retired')], vouchedBy: [kid('old')] }, true],
  ])('%s', (_, changes, expected) => expect(trusts(changes)).toBe(expected));
});

test('one version in common is enough', () => {
  expect([hasCommonVersion({ protocol_versions: ['v2', 'v1'] }), hasCommonVersion({ protocol_versions: ['v2'] }), hasCommonVersion({ protocol_versions: [] })]).toEqual([true, false, false]);
});
