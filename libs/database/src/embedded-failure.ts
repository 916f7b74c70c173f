/** Turns what Postgres wrote before it gave up into one sentence that says what to do. */
export function explainPostgresFailure(log: string, { port, dataDir }: { port?: number | undefined; dataDir: string }): string {
  if (/Address already in use|could not bind/.test(log)) return `Port ${port ?? '?'} for the embedded Postgres is in use: stop what listens there, or choose another port.`;
  if (/No space left on device/.test(log)) return `The disk with ${dataDir} is full: make room and start again.`;
  if (/initialized by PostgreSQL version|incompatible with server|incompatible with this version/.test(log)) return `The data in ${dataDir} was made by another Postgres version: move it away (or remove it) and start again.`;
  if (/Permission denied/.test(log)) return `The embedded Postgres may not write to ${dataDir}: choose a folder that its user can reach.`;
  const fatal = log.split('\n').filter((line) => /FATAL|PANIC|error:/.test(line)).at(-1);
  return `The embedded Postgres did not start: ${fatal ?? log.trim().split('\n').at(-1) ?? 'no reason given'}`;
}
