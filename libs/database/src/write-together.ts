import type { Socket } from 'node:net';
import type { PoolClient } from 'pg';

/**
 * Statements that are asked for in one turn of the event loop leave in one write: on a busy server the system calls cost more than
 * what is computed between them.
 */
export function writeTogether(client: PoolClient): void {
  const { stream } = (client as PoolClient & { connection: { stream: Socket } }).connection;
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let isHeld = false;
  stream.write = (...args: unknown[]): boolean => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      process.nextTick(() => {
        isHeld = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}
