import { describe, expect, it } from '@jest/globals';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { isPlain } from './is-plain.js';

const byMarkdown = (text: string) => renderToStaticMarkup(createElement(ReactMarkdown, { remarkPlugins: [remarkGfm] }, text));
const asItIs = (text: string) => renderToStaticMarkup(createElement('p', null, text));

const PROSE = ['Hello', 'Are you coming, too?', 'Yes. At 5: the café - 3/4 of us!', 'Über 30 % (or so)…', 'Wait... what', 'naïve 日本語 ok', '👩🏽‍💻 ship it 🚀', "it's fine", '"quoted"', 'e', 'A --- b', 'Well.'];
const MEANT = ['*bold*', '_it_', '~~gone~~', '`code`', '- item', '1. one', '1) one', '# title', '> said', 'a | b', 'see www.example.com', 'http://example.com', 'me@example.com', '@bob hi', '[a](b)', '![a](b)', '<b>', 'a &amp; b', 'two\nlines', 'a  \nb', '    code', '---', '***', 'a\\*b', 'ends with space ', ' begins with space', '+ item', '[ ] todo', '[^1]', 'x\u0000y', '', ' '];

/** Whatever can be put together of pieces that mean something somewhere. */
function* mixtures(): Generator<string> {
  const pieces = ['a', 'B', ' ', '  ', '1', '.', ':', ')', '(', '-', '--', '/', '//', '!', '?', '%', '"', "'", ',', ';', 'www', 'http', 'com', '…', '🚀', 'é'];
  let seed = 7;
  const next = () => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % pieces.length;
  for (let n = 0; n < 3_000; n += 1) yield Array.from({ length: 1 + (n % 9) }, () => pieces[next()]).join('');
}

describe('a text that needs no Markdown', () => {
  it.each(PROSE)('%j is plain, and Markdown makes the same of it', (text) => {
    expect(isPlain(text)).toBe(true);
    expect(byMarkdown(text)).toBe(asItIs(text));
  });

  it.each(MEANT)('%j is left to Markdown', (text) => {
    expect(isPlain(text)).toBe(false);
  });

  it('is never one of which Markdown would make something else', () => {
    const plain = [...mixtures()].filter(isPlain);
    expect(plain.length).toBeGreaterThan(300);
    for (const text of plain) expect(byMarkdown(text)).toBe(asItIs(text));
  });
});
