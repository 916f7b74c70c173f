import { ERROR_CATALOGUE as ROWS, type ErrorCode, type ErrorRow } from './error-catalogue.js';

export type { ErrorCode, ErrorRow } from './error-catalogue.js';
export const ERROR_CATALOGUE: Readonly<Record<ErrorCode, ErrorRow>> = ROWS;

/** A broken expectation that has a catalogue code. Expected outcomes are returned, not thrown. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly details?: Record<string, unknown>;
  constructor(code: ErrorCode, details?: Record<string, unknown>, message?: string) {
    super(message ?? ERROR_CATALOGUE[code].sentence);
    this.code = code;
    this.details = details;
  }
}

/** Is this string one of our codes? A peer may answer with a code of a later version. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}

/** Codes of class *later* keep the sender's cursor before the event; any other code, unknown ones too, is final. */
export function isLater(code: string): boolean {
  return isErrorCode(code) && ERROR_CATALOGUE[code].retry === 'later';
}

/** The status of a code on the client API, where a peer's trouble is never a 401. */
export function clientStatusOf(code: ErrorCode): number {
  return ERROR_CATALOGUE[code].clientStatus ?? ERROR_CATALOGUE[code].status;
}

/** What stays of a code on its way to a peer: the code itself, or `SW_INTERNAL`. */
export function codeForPeer(code: ErrorCode): ErrorCode {
  return ERROR_CATALOGUE[code].peerMaySee ? code : 'SW_INTERNAL';
}
