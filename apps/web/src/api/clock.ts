/** The only place that reads the browser's clock. Milliseconds since the epoch. */
export function now(): number {
  return Date.now();
}

export function nowIso(): string {
  return new Date(now()).toISOString();
}
