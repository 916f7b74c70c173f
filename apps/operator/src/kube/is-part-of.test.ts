import { isPartOf } from './is-part-of.js';

describe('is everything wanted there?', () => {
  test.each([
    ['fields that others added do not count', { a: 1 }, { a: 1, b: 2 }, true],
    ['a different value does', { a: 1 }, { a: 2 }, false],
    ['a missing field does', { a: { b: 1 } }, { a: {} }, false],
    ['deep inside', { a: { b: { c: 'x' } } }, { a: { b: { c: 'x', d: 'y' } } }, true],
    ['lists have the same length', { a: [1] }, { a: [1, 2] }, false],
    ['lists have the same order', { a: [{ n: 1 }, { n: 2 }] }, { a: [{ n: 2 }, { n: 1 }] }, false],
    ['items of lists may have more', { a: [{ n: 1 }] }, { a: [{ n: 1, added: true }] }, true],
    ['quantities are amounts', { cpu: '0.5' }, { cpu: '500m' }, true],
    ['of memory, too', { memory: '1024Mi' }, { memory: '1Gi' }, true],
    ['other amounts differ', { cpu: '0.5' }, { cpu: '400m' }, false],
    ['numbers in texts are not rounded', { version: '1.10' }, { version: '1.1' }, true],
    ['an empty value and none are the same', { a: '', b: false, c: 0, d: null }, {}, true],
    ['what is not wanted at all does not count', { a: undefined }, {}, true],
    ['an object where there is none', { a: { b: 1 } }, { a: null }, false],
  ])('%s', (_, wanted, present, expected) => expect(isPartOf(wanted, present)).toBe(expected));
});
