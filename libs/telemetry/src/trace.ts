import { randomBytes } from 'node:crypto';
import { currentScope, inScope, type Scope } from './request-scope.js';

/** What happens on account of one request, on however many servers (W3C Trace Context). Only ever written into logs and headers: nothing is decided by it. */
export interface Trace {
  /** 32 hex digits */
  traceId: string;
  /** 2 hex digits */
  flags: string;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?$/;
const MOST_CHARS = 256;
const NOT_RECORDED = '00';

/** What a `traceparent` header says; null where it is not one (W3C Trace Context §3.2). Whoever sends it may send anything. */
export function readTraceparent(text: unknown): Trace | null {
  if (typeof text !== 'string' || text.length > MOST_CHARS) return null;
  const [, traceId, flags, more] = TRACEPARENT.exec(text) ?? [];
  if (traceId === undefined || flags === undefined || (more !== undefined && text.startsWith('00'))) return null;
  return { traceId, flags };
}

export function newTrace(): Trace {
  return { traceId: randomBytes(16).toString('hex'), flags: NOT_RECORDED };
}

/** The trace that this runs for; null where nobody began one. */
export function currentTrace(): Trace | null {
  return currentScope()?.trace ?? null;
}

/** `{ traceparent }` for a header or a job, with a new parent id; empty where there is no trace. */
export function traceHeader(): { traceparent?: string } {
  const trace = currentTrace();
  return trace ? { traceparent: `00-${trace.traceId}-${randomBytes(8).toString('hex')}-${trace.flags}` } : {};
}

/** Runs `fn` for the trace that a wake-up brought, or for none. */
export function inTrace<Result>(traceparent: unknown, fn: () => Result): Result {
  return inScope({ requestId: null, trace: readTraceparent(traceparent) }, fn);
}

/** Work that goes on for one request after the other: what it does bears the trace of the last one that joined it. */
export class SharedTrace {
  private readonly scope: Scope = { requestId: null, trace: currentTrace() ?? newTrace() };

  /** From now on it goes on for whoever calls this, too. */
  join(): void {
    this.scope.trace = currentTrace() ?? this.scope.trace;
  }

  run<Result>(fn: () => Result): Result {
    return inScope(this.scope, fn);
  }
}
