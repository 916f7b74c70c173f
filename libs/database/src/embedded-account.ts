import { spawnSync } from 'node:child_process';

/** The user and group that Postgres runs as; empty when that is us. */
export type Account = { uid: number; gid: number } | Record<string, never>;

const NOBODY = { uid: 65_534, gid: 65_534 };

/** Postgres refuses to run as root: then it runs as nobody. */
export function postgresAccount(): Account {
  return process.getuid?.() === 0 ? NOBODY : {};
}

/** Whether that account may enter `folder`. */
export function canEnter(folder: string, account: Account): boolean {
  return spawnSync('test', ['-x', folder, '-a', '-r', folder], { ...account, cwd: '/' }).status === 0;
}
