const MOST_PATTERNS = 5_000;
const patterns = new Map<string, RegExp>();

/** The first of these words that stands in the text as a word of its own, in whatever case. */
export function findKeyword(text: string, keywords: readonly string[]): string | null {
  return keywords.find((keyword) => keyword.trim() !== '' && patternOf(keyword).test(text)) ?? null;
}

/** A letter, digit or `_` beside it makes it part of another word. */
function patternOf(keyword: string): RegExp {
  const known = patterns.get(keyword);
  if (known) return known;
  const escaped = keyword.trim().replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`);
  const pattern = new RegExp(String.raw`(?<![\p{L}\p{N}_])${escaped}(?![\p{L}\p{N}_])`, 'iu');
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(keyword, pattern);
  return pattern;
}
