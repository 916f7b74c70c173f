import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, statfsSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { claimFolder } from '@scaiwave/config';
import { findSystemSentence, StartProblem } from '../start-problem.js';

/** Where one installation keeps what must survive a restart. */
export interface DataFolder {
  root: string;
  postgres: string;
  redis: string;
  /** Private keys, 0700. */
  keyring: string;
  /** Records of running children and their logs, 0700. */
  run: string;
  /** Gives the folder back. */
  release: () => void;
}

/** Passwords of the login roles that we make, kept 0600. */
export interface LoginPasswords {
  app: string;
  fleet: string;
}

/** Postgres alone wants this much for a new cluster and its first write-ahead log. */
const MIN_FREE_BYTES = 300 * 1_048_576;

/**
 * Makes the folders of an installation and takes hold of them.
 * @throws StartProblem when the folder cannot be used, is in use, or its disk is nearly full
 */
export function openDataFolder(root: string): DataFolder {
  try {
    mkdirSync(root, { recursive: true });
    checkRoom(root);
    const folder = { root, postgres: join(root, 'postgres'), redis: join(root, 'redis'), keyring: join(root, 'keyring'), run: join(root, 'run') };
    for (const closed of [folder.keyring, folder.run]) {
      mkdirSync(closed, { recursive: true, mode: 0o700 });
      chmodSync(closed, 0o700);
    }
    return { ...folder, release: claimFolder(root, 'The data folder') };
  } catch (error) {
    const sentence = findSystemSentence(error, `the data folder ${root}`);
    if (sentence !== null) throw new StartProblem(sentence);
    if (error instanceof Error && /already in use/.test(error.message)) throw new StartProblem(error.message);
    throw error;
  }
}

function checkRoom(root: string): void {
  const { bavail, bsize } = statfsSync(root);
  if (bavail * bsize < MIN_FREE_BYTES) {
    throw new StartProblem(`the disk with ${root} has only ${Math.floor((bavail * bsize) / 1_048_576)} MB left: make room (300 MB at least) and start again`);
  }
}

/** The passwords of the login roles, made once. */
export function ensureLoginPasswords(folder: DataFolder): LoginPasswords {
  const file = join(folder.root, 'database-logins.json');
  if (!existsSync(file)) {
    const made: LoginPasswords = { app: randomBytes(24).toString('base64url'), fleet: randomBytes(24).toString('base64url') };
    writeFileSync(`${file}.new`, JSON.stringify(made), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as LoginPasswords;
}
