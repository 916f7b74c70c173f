import { AsyncLocalStorage } from 'node:async_hooks';

const scope = new AsyncLocalStorage<string>();

/** Everything that `fn` begins belongs to this request: the audit log names it. */
export function inRequest<Result>(requestId: string, fn: () => Result): Result {
  return scope.run(requestId, fn);
}

/** The id of the client's request on whose behalf this runs; null in workers and timers. */
export function currentRequestId(): string | null {
  return scope.getStore() ?? null;
}
