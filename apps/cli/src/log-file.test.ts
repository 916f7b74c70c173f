import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogFile } from './log-file.js';

describe('a log file', () => {
  it('keeps the run before, says once that it cannot be written, and goes on when it can', () => {
    const dir = mkdtempSync(join(tmpdir(), 'log-'));
    const file = join(dir, 'server.log');
    const said: string[] = [];
    new LogFile(file, (s) => said.push(s)).append('first run');
    const log = new LogFile(file, (s) => said.push(s));
    mkdirSync(file);
    log.append('lost');
    log.append('lost');
    rmdirSync(file);
    log.append('second run');
    expect(readFileSync(`${file}.old`, 'utf8')).toBe('first run\n');
    expect(readFileSync(file, 'utf8')).toBe('second run\n');
    expect(said).toEqual([expect.stringContaining('cannot be written')]);
    rmSync(dir, { recursive: true });
  });
});
