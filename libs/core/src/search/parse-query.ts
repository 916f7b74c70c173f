/** One thing that a message must hold. */
export interface Term {
  /** as it was typed, for highlighting */
  text: string;
  /** in quotes: exactly this, with its spaces and signs */
  isPhrase: boolean;
}

/** Of each term at least one of the three must hold; null is no condition. */
export interface Match {
  /** a tsquery: words that begin like this */
  word: string | null;
  /** a LIKE pattern */
  pattern: string | null;
  /** what a part of the text must be similar to */
  similar: string | null;
}

const MOST_TERMS = 8;
/** Shorter ones have no trigram that is whole. */
const SHORTEST_PART = 3;

/** What somebody typed as terms, of which all must be found: words, and phrases in quotes. A quote without its other end is a letter. */
export function parseQuery(query: string): Term[] {
  const found = [...query.matchAll(/"([^"]+)"|(\S+)/gu)].flatMap(([, phrase, word]): Term[] => {
    const text = (phrase ?? word ?? '').trim();
    return text === '' ? [] : [{ text, isPhrase: phrase !== undefined }];
  });
  return found.slice(0, MOST_TERMS);
}

/** Words that begin with what was typed. */
export function matchWords({ text, isPhrase }: Term): Match {
  return isPhrase || !hasWord(text) ? { word: null, pattern: like(text), similar: null } : { word: prefixQuery(text), pattern: null, similar: null };
}

/** What was typed inside of words, or misspelt. */
export function matchParts(term: Term): Match {
  const { text, isPhrase } = term;
  if (isPhrase || text.length < SHORTEST_PART) return matchWords(term);
  return { word: null, pattern: like(text), similar: hasWord(text) ? text : null };
}

function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** Quoted for `to_tsquery`, whose own signs so mean nothing. */
function prefixQuery(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}':*`;
}

function like(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
