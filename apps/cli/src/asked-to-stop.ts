/** The reason of an abort that a signal caused. */
export class AskedToStop extends Error {
  override readonly name = 'AskedToStop';
}

/** npm and make pass a Ctrl-C on that the terminal has delivered already: that is not a second one. */
const SAME_KEYPRESS_MS = 1_000;

/**
 * Aborts with the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once, for whoever cannot wait;
 * what it started is killed on the way out.
 */
export function listenForStop(): AbortSignal {
  const controller = new AbortController();
  let askedAt = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted && performance.now() - askedAt > SAME_KEYPRESS_MS) process.exit(130);
      askedAt ||= performance.now();
      controller.abort(new AskedToStop());
    });
  }
  return controller.signal;
}

/** Resolves once a signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
