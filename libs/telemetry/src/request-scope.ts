import { AsyncLocalStorage } from 'node:async_hooks';
import type { Trace } from './trace.js';

/** On whose behalf something runs. */
export interface Scope {
  requestId: string | null;
  trace: Trace | null;
}

const scopes = new AsyncLocalStorage<Scope>();

export function inScope<Result>(scope: Scope, fn: () => Result): Result {
  return scopes.run(scope, fn);
}

export function currentScope(): Scope | undefined {
  return scopes.getStore();
}

/** Everything that `fn` begins belongs to this request: the audit log names it, log lines and calls to peers bear its trace. */
export function inRequest<Result>(requestId: string, fn: () => Result, trace: Trace | null = null): Result {
  return inScope({ requestId, trace }, fn);
}

/** The id of the client's request on whose behalf this runs; null in workers and timers. */
export function currentRequestId(): string | null {
  return currentScope()?.requestId ?? null;
}
