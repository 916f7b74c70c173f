import { ERROR_CATALOGUE, isErrorCode } from '@scaiwave/protocol';

/** One thing that an explanation rests on. */
export interface Fact {
  what: string;
  value: string | number | boolean | null;
  at: Date | null;
}

/** One answer to "what became of it, and why": a verdict, a sentence, what happens next, and the facts in the order in which they count. */
export interface Explanation {
  verdict: string;
  because: string;
  next: string | null;
  facts: Fact[];
}

export function fact(what: string, value: Fact['value'], at: Date | null = null): Fact {
  return { what, value, at };
}

/** `SW_X: its sentence`; a code of another version stands alone. */
export function sayCode(code: string | null): string {
  if (code === null) return 'no reason was given';
  return isErrorCode(code) ? `${code}: ${ERROR_CATALOGUE[code].sentence}` : code;
}
