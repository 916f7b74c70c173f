import { ERROR_CATALOGUE, isErrorCode } from '@scaiwave/protocol';

const OWN: Record<string, string> = {
  SW_OFFLINE: 'The server cannot be reached from this browser. Check your connection; the app tries again by itself.',
};

/** The catalogue's sentence for a code: what happened and what to do next. */
export function errorSentence(code: string, fallback?: string): string {
  if (isErrorCode(code)) return ERROR_CATALOGUE[code].sentence;
  return OWN[code] ?? fallback ?? ERROR_CATALOGUE.SW_INTERNAL.sentence;
}
