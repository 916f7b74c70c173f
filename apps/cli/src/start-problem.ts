/** Something outside of us keeps a command from starting; the message is the whole sentence that its user reads. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
}

/** The sentence for an error of the operating system, or null when it is none that users can act on. */
export function findSystemSentence(error: unknown, subject: string): string | null {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOSPC': return `the disk with ${subject} is full: make room and start again`;
    case 'EACCES':
    case 'EPERM': return `${subject} cannot be used by this user: change its permissions or choose another place`;
    case 'EROFS': return `${subject} is on a read-only file system: choose another place`;
    case 'ENOTDIR': return `${subject} is not a folder: choose another place`;
    case 'EDQUOT': return `the disk quota for ${subject} is used up: make room and start again`;
    case 'EMFILE': return `too many files are open: raise the limit (ulimit -n) and start again`;
    default: return null;
  }
}
