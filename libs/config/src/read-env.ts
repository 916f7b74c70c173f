import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** The environment as it was given; the one place that reads it. */
export type Env = Readonly<Record<string, string | undefined>>;

export function readEnv(): Env {
  return process.env;
}

/** The path of a program that the shell would find, or null. */
export function findProgram(name: string, env: Env = readEnv()): string | null {
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((part) => part !== '')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue; // not here: look in the next folder
    }
  }
  return null;
}

/** Where downloads that can be made again are kept: `$XDG_CACHE_HOME/scaiwave`, else `~/.cache/scaiwave`. */
export function cacheFolder(env: Env = readEnv()): string {
  const root = env['XDG_CACHE_HOME'];
  return join(root !== undefined && root !== '' ? root : join(homedir(), '.cache'), 'scaiwave');
}
