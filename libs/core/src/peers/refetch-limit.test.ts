import { RefetchLimit } from './refetch-limit.js';

describe('RefetchLimit', () => {
  it('allows three fetches of one peer in ten seconds', () => {
    const limit = new RefetchLimit();
    expect([0, 1, 2, 3, 9_999, 10_000].map((at) => limit.take('beta', null, at))).toEqual(['allowed', 'allowed', 'allowed', 'too_often', 'too_often', 'allowed']);
    expect(limit.take('gamma', null, 3)).toBe('allowed');
  });

  it('looks once for a keyid that was not there', () => {
    const limit = new RefetchLimit();
    expect([limit.take('beta', 'k1', 0), limit.take('beta', 'k1', 1), limit.take('beta', 'k2', 2)]).toEqual(['allowed', 'kid_known', 'allowed']);
    expect(limit.take('beta', 'k1', 30_000)).toBe('allowed');
  });

  it('stays small', () => {
    const limit = new RefetchLimit();
    for (let n = 0; n < 3_000; n++) limit.take(`peer-${n}`, `kid-${n}`, n * 100);
    expect(limit.size).toBeLessThan(1_500);
  });
});
