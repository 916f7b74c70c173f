import { currentTrace, inTrace, readTraceparent, SharedTrace, traceHeader } from './index.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const GIVEN = `00-${TRACE}-b7ad6b7169203331-01`;

describe('a traceparent', () => {
  test('is read with its flags, also of a later version', () => {
    expect(readTraceparent(GIVEN)).toEqual({ traceId: TRACE, flags: '01' });
    expect(readTraceparent(`cc-${TRACE}-b7ad6b7169203331-01-what-comes-later`)).toEqual({ traceId: TRACE, flags: '01' });
  });

  test.each([
    ['nothing', undefined], ['two headers', [GIVEN, GIVEN]], ['capitals', GIVEN.toUpperCase()], ['an empty trace', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['an empty parent', `00-${TRACE}-${'0'.repeat(16)}-01`], ['version ff', `ff${GIVEN.slice(2)}`], ['more than version 00 has', `${GIVEN}-more`],
    ['a line break', `${GIVEN}\nx`], ['something long', `cc${GIVEN.slice(2)}-${'x'.repeat(10_000)}`], ['something else', 'x'],
  ])('that is %s counts as none', (_, text) => {
    expect(readTraceparent(text)).toBeNull();
  });

  test('goes on with the same trace and another parent', () => {
    const header = inTrace(GIVEN, traceHeader).traceparent;
    expect(readTraceparent(header)).toEqual(readTraceparent(GIVEN));
    expect(header).not.toBe(GIVEN);
    expect(traceHeader()).toEqual({});
  });

  test('work that several requests share bears the trace of the last one that joined, and a new one where nobody did', () => {
    const other = 'f'.repeat(32);
    const shared = inTrace(GIVEN, () => new SharedTrace());
    const seen = shared.run(() => {
      const first = currentTrace()?.traceId;
      shared.join();
      inTrace(`00-${other}-b7ad6b7169203331-00`, () => shared.join());
      return [first, currentTrace()?.traceId];
    });
    expect(seen).toEqual([TRACE, other]);
    expect(new SharedTrace().run(currentTrace)?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });
});
