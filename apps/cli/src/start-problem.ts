/** Something outside of us keeps a command from starting; the message is the whole sentence that its user reads. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

const SENTENCES: Partial<Record<string, (subject: string) => string>> = {
  ENOSPC: (subject) => `the disk with ${subject} is full: make room and start again`,
  EDQUOT: (subject) => `the disk quota for ${subject} is used up: make room and start again`,
  EACCES: (subject) => `${subject} cannot be used by this user: change its permissions or choose another place`,
  EPERM: (subject) => `${subject} cannot be used by this user: change its permissions or choose another place`,
  EROFS: (subject) => `${subject} is on a read-only file system: choose another place`,
  ENOTDIR: (subject) => `${subject} is not a folder: choose another place`,
  EMFILE: () => 'too many files are open: raise the limit (ulimit -n) and start again',
};

/** The sentence for an error of the operating system, or null when it is none that users can act on. */
export function findSystemSentence(error: unknown, subject: string): string | null {
  return SENTENCES[(error as NodeJS.ErrnoException).code ?? '']?.(subject) ?? null;
}
