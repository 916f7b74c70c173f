import { buildSnippet } from './build-snippet.js';
import { matchParts, matchWords, parseQuery } from './parse-query.js';
import { searchableText } from './searchable-text.js';

test.each<[string, string[]]>([
  ['two words', ['two', 'words']],
  ['  "a phrase"  and more ', ['"a phrase"', 'and', 'more']],
  ['"', ['"']],
  ['""', ['""']],
  ['say "hi', ['say', '"hi']],
  ['', []],
  ['a b c d e f g h i', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']],
])('%j is %j', (query, expected) => {
  expect(parseQuery(query).map(({ text, isPhrase }) => (isPhrase ? `"${text}"` : text))).toEqual(expected);
});

test.each([
  ["o'neill\\", "'o''neill\\\\':*", null],
  ['100%', "'100%':*", null],
  ['%_', null, String.raw`%\%\_%`],
])('the word %j is asked for as %j or %j', (text, word, pattern) => {
  expect(matchWords({ text, isPhrase: false })).toEqual({ word, pattern, similar: null });
});

test('parts are asked for where they are long enough, and phrases stay as they are', () => {
  expect(matchParts({ text: 'ab', isPhrase: false })).toEqual({ word: "'ab':*", pattern: null, similar: null });
  expect(matchParts({ text: 'abc', isPhrase: false })).toEqual({ word: null, pattern: '%abc%', similar: 'abc' });
  expect(matchParts({ text: 'a b c', isPhrase: true })).toEqual({ word: null, pattern: '%a b c%', similar: null });
});

const marked = (text: string, query: string): string => buildSnippet(text, parseQuery(query)).map((piece) => (piece.hit ? `[${piece.text}]` : piece.text)).join('');

test.each([
  ['Red hot chili', 'hot red', '[Red] [hot] chili'],
  ['report the port', 'port', 'report the [port]'],
  ['reporting', 'port', 're[port]ing'],
  ['the same the', 'the', '[the] same [the]'],
  ['a schedule for all', 'shedule', 'a [schedule] for all'],
  ['İstanbul and istanbul', 'istanbul', 'İstanbul and [istanbul]'],
  ['f(x) = [a-z]*', '"[a-z]*"', 'f(x) = [[a-z]*]'],
  [String.raw`all of ^$\.*+?()[]{}|/-#&,`, String.raw`^$\.*+?()[]{}|/-#&,`, String.raw`all of [^$\.*+?()[]{}|/-#&,]`],
  ['nothing of it', 'zzz', 'nothing of it'],
])('in %j, %j is %j', (text, query, expected) => {
  expect(marked(text, query)).toBe(expected);
});

test('of a long text the part around the first hit is shown, and no character is cut in half', () => {
  const snippet = marked(`${'👍'.repeat(200)}needle${'👎'.repeat(200)}`, 'needle');
  expect(snippet).toMatch(/^…👍+\[needle\]👎+…$/u);
  expect(snippet.isWellFormed()).toBe(true);
  expect(snippet.length).toBeLessThan(260);
  expect(marked(`${'before '.repeat(40)}the needle here`, 'needle')).toMatch(/^…before .*the \[needle\] here$/);
});

test.each([
  [{ body: 'hello' }, 'hello'],
  [{ body: '  ' }, null],
  [{ body: 7 }, null],
  [{}, null],
  [{ body: 'secret', do_not_index: true }, null],
])('of %j search finds %j', (content, expected) => {
  expect(searchableText(JSON.stringify(content))).toBe(expected);
});

test('what is very long is searched as far as it can be kept', () => {
  expect(searchableText(JSON.stringify({ body: `${'x'.repeat(15_999)}👍` }))).toHaveLength(16_000);
  expect(searchableText(JSON.stringify({ body: `${'x'.repeat(15_999)}👍` }))!.isWellFormed()).toBe(true);
});
