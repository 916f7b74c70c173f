import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBase64url, encodeBase64url, jsonDepthOf, parseStrictJson } from './index.js';

describe('strict JSON', () => {
  test('reads what JSON.parse reads, wherever it accepts at all', () => {
    fc.assert(fc.property(fc.json({ maxDepth: 8 }), (text) => {
      const strict = parseStrictJson(text);
      if (strict.ok) expect(JSON.stringify(strict.value)).toBe(JSON.stringify(JSON.parse(text)));
    }));
  });

  test('accepts every tame value', () => {
    const tame = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, fc.integer(), fc.boolean(), fc.constant(null), fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')), fc.array(tie('value')), fc.dictionary(fc.string().filter((name) => name !== '__proto__'), tie('value'), { maxKeys: 4 })),
    })).value;
    fc.assert(fc.property(tame, (value) => {
      expect(parseStrictJson(JSON.stringify(value, null, 1))).toEqual({ ok: true, value: JSON.parse(JSON.stringify(value)) });
    }));
  });

  test.each([
    '', ' ', '{', '{"a":1', '{"a"}', '{a:1}', '[1,]', '{"a":1,}', '[1 2]', '01', '1.', '.5', '+1', '-', '1e', 'nul', 'True', '"\t"', '"\\x"', '"\\u12"', '"', "'a'", '1 1', '[]]', '\ufeff1', '{"a":1}x',
    '{"a":1,"a":1}', '{"a":1,"\\u0061":2}', '"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\ud800"', '{"\\udfff":1}', '9007199254740992', '-9007199254740992', '1e400', '9007199254740993.0', `${'['.repeat(33)}${']'.repeat(33)}`,
    `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`, '['.repeat(10_000),
  ])('refuses %j', (text) => expect(parseStrictJson(text).ok).toBe(false));

  test.each(['9007199254740991', '-9007199254740991', '1.5e3', '0.1', '-0', '"\\ud83c\\udf72"', '"\u2028"', `${'['.repeat(32)}${']'.repeat(32)}`, '{"toString":1,"constructor":2}', ' \t\r\n{ } '])('accepts %j', (text) => {
    expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
  });

  test('keeps a member named __proto__ as a member', () => {
    const parsed = parseStrictJson('{"__proto__":{"x":1}}');
    if (!parsed.ok) throw new Error(parsed.reason);
    expect([Object.keys(parsed.value as object), Object.getPrototypeOf(parsed.value)]).toEqual([['__proto__'], Object.prototype]);
    expect(parseStrictJson('{"__proto__":1,"__proto__":2}').ok).toBe(false);
  });
});

describe('depth of bytes', () => {
  test.each([['{}', 1], ['1', 0], ['{"a":[{}]}', 3], ['"[[["', 0], ['["\\"[["]', 1], ['[][][[]]', 2]] as const)('%s is %i deep', (text, depth) => expect(jsonDepthOf(Buffer.from(text), 32)).toBe(depth));
  test('stops counting beyond its limit', () => expect(jsonDepthOf(Buffer.from('['.repeat(10_000)), 32)).toBe(33));
});

describe('base64url', () => {
  test('goes there and back', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(encodeBase64url(bytes)).toBe(Buffer.from(bytes).toString('base64url'));
      expect(Buffer.from(decodeBase64url(encodeBase64url(bytes))!).equals(bytes)).toBe(true);
    }));
  });
  test.each(['A', 'AA==', 'AB', 'AAB', 'A+', 'A/AA', 'AA AA', 'AAAA\n', 'é'])('refuses %j', (text) => expect(decodeBase64url(text)).toBeNull());
});
