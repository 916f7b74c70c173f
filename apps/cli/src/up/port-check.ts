import { createServer } from 'node:net';
import { StartProblem } from '../start-problem.js';

/**
 * Makes sure that a port can be listened on.
 * @param howToChoose how its user takes another one, e.g. `--port`
 * @throws StartProblem when something listens there or we may not
 */
export async function checkPortIsFree(host: string, port: number, howToChoose: string): Promise<void> {
  const code = await new Promise<string | null>((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'unknown'));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
  if (code === 'EADDRINUSE') throw new StartProblem(`port ${port} is in use: stop what listens there, or choose another one with ${howToChoose}`);
  if (code === 'EACCES') throw new StartProblem(`port ${port} needs more rights than this user has: choose one above 1023 with ${howToChoose}`);
  if (code === 'EADDRNOTAVAIL') throw new StartProblem(`this machine has no address ${host}: choose another one`);
  if (code !== null) throw new StartProblem(`port ${port} on ${host} cannot be listened on (${code})`);
}
