import type { Term } from './parse-query.js';

/** A piece of a message's text; `hit`: it is what was looked for. Never markup: whoever shows it marks it. */
export interface Segment {
  text: string;
  hit: boolean;
}

interface Span {
  from: number;
  to: number;
}

const LENGTH = 240;
/** Of the text before the first hit. */
const BEFORE = 60;
/** Below it two words are not alike enough to be marked. */
const ALIKE = 0.4;

/** The part of a text around its first hit, with all hits in it marked. */
export function buildSnippet(text: string, terms: readonly Term[]): Segment[] {
  const spans = joined(terms.flatMap((term) => spansOf(text, term)));
  const start = startOf(text, spans[0]?.from ?? 0);
  const end = endOf(text, start + LENGTH);
  const segments: Segment[] = [];
  let at = start;
  const add = (to: number, hit: boolean): void => {
    if (to > at) segments.push({ text: text.slice(at, to), hit });
    at = Math.max(at, to);
  };
  if (start > 0) segments.push({ text: '…', hit: false });
  for (const { from, to } of spans) {
    if (from < start || to > end) continue;
    add(from, false);
    add(to, true);
  }
  add(end, false);
  if (end < text.length) segments.push({ text: '…', hit: false });
  return segments;
}

/** Where the term stands, at beginnings of words if it does so anywhere; else words that are like it. */
function spansOf(text: string, { text: term, isPhrase }: Term): Span[] {
  const escaped = term.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  const at = (source: string): Span[] => [...text.matchAll(new RegExp(source, 'giu'))].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
  const atWords = isPhrase ? [] : at(String.raw`(?<![\p{L}\p{N}])${escaped}`);
  const anywhere = atWords.length > 0 ? atWords : at(escaped);
  return anywhere.length > 0 ? anywhere : wordsLike(text, term);
}

function wordsLike(text: string, term: string): Span[] {
  const wanted = trigramsOf(term);
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].flatMap(({ index, 0: word }) => {
    const given = trigramsOf(word);
    const shared = [...wanted].filter((trigram) => given.has(trigram)).length;
    return shared / (wanted.size + given.size - shared) >= ALIKE ? [{ from: index, to: index + word.length }] : [];
  });
}

function trigramsOf(word: string): Set<string> {
  const padded = `  ${word.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
}

function joined(spans: Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = result.at(-1);
    if (last && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else result.push({ ...span });
  }
  return result;
}

/** Not in the middle of a word, nor of a character of two units. */
function startOf(text: string, hit: number): number {
  if (hit <= BEFORE) return 0;
  const space = text.slice(hit - BEFORE, hit).search(/\s/u);
  return space === -1 ? whole(text, hit - BEFORE) : hit - BEFORE + space + 1;
}

function endOf(text: string, at: number): number {
  return at >= text.length ? text.length : whole(text, at);
}

function whole(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
