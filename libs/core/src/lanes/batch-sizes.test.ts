import { BatchSizes } from './batch-sizes.js';
import type { SendAnswer } from './send-batch.js';

const delivered: SendAnswer = { kind: 'delivered', results: [], credit: null };
const failed: SendAnswer = { kind: 'unreachable', reason: 'server_error', detail: '' };

describe('BatchSizes', () => {
  it('halves what a peer fails on as a whole, down to one, and grows again with what it takes', () => {
    const sizes = new BatchSizes();
    const seen = [sizes.of('beta')];
    for (const answer of [failed, failed, failed, failed, failed, failed, failed, delivered, delivered]) {
      sizes.learn('beta', sizes.of('beta'), answer);
      seen.push(sizes.of('beta'));
    }
    expect(seen).toEqual([100, 50, 25, 12, 6, 3, 1, 1, 2, 4]);
    expect(sizes.of('gamma')).toBe(100);
  });

  it.each<SendAnswer>([
    { kind: 'unreachable', reason: 'connect', detail: '' },
    { kind: 'busy', code: 'SW_RATE_LIMIT_EXCEEDED', retryAfterMs: null },
    { kind: 'refused', status: 403, code: 'SW_FED_PEER_UNKNOWN', message: '' },
  ])('stays as it is where the events cannot be the reason: %j', (answer) => {
    const sizes = new BatchSizes();
    sizes.learn('beta', 100, answer);
    expect(sizes.of('beta')).toBe(100);
  });

  it('lets no more out than the peer says it will take now, what is on its way included', () => {
    const sizes = new BatchSizes();
    const says = (credit: number | null) => sizes.learn('beta', 0, { kind: 'delivered', results: [], credit });
    says(5);
    expect([sizes.of('beta'), sizes.of('beta', 3), sizes.of('beta', 5), sizes.of('beta', 9), sizes.of('gamma')]).toEqual([5, 2, 0, 0, 100]);
    says(0);
    expect(sizes.of('beta')).toBe(0);
    says(null);
    expect(sizes.of('beta', 50)).toBe(100);
  });
});
