import { appendFileSync, existsSync, renameSync } from 'node:fs';
import { findSystemSentence } from './start-problem.js';

/**
 * A log of one run; the run before is kept beside it as `.old`. A log that cannot be written (a full disk) never stops what is
 * logged: it is said once.
 */
export class LogFile {
  private isBroken = false;

  constructor(
    private readonly file: string,
    private readonly say: (sentence: string) => void,
  ) {
    if (existsSync(file)) renameSync(file, `${file}.old`);
  }

  append(line: string): void {
    try {
      appendFileSync(this.file, `${line}\n`);
      this.isBroken = false;
    } catch (error) {
      if (!this.isBroken) this.say(`${findSystemSentence(error, this.file) ?? `${this.file} cannot be written: ${(error as Error).message}`} (log lines are lost until then)`);
      this.isBroken = true;
    }
  }
}
