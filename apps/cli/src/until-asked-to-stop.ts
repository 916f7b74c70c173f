/** Resolves with the first SIGINT, SIGTERM or SIGHUP. A second one ends the process at once, for whoever cannot wait. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        asked += 1;
        // The next start cleans up what this leaves behind, as after a kill -9.
        if (asked > 1) process.exit(130);
        resolve();
      });
    }
  });
}
