import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@scaiwave/config';
import { findSystemSentence, StartProblem } from '../start-problem.js';
import { ensureLoginPasswords, openDataFolder } from './data-folder.js';
import { checkPortIsFree } from './port-check.js';

describe('what keeps an installation from starting is one sentence', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'start-'))));
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('a port in use', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(checkPortIsFree('127.0.0.1', port, '--port')).rejects.toThrow(new StartProblem(`port ${port} is in use: stop what listens there, or choose another one with --port`));
    server.close();
    await once(server, 'close');
    await checkPortIsFree('127.0.0.1', await freePort(), '--port');
  });

  it('an address that this machine does not have', async () => {
    await expect(checkPortIsFree('192.0.2.1', 0, '--port')).rejects.toThrow(/has no address 192.0.2.1/);
  });

  it('a file where the data folder should be', () => {
    writeFileSync(join(dir, 'file'), '');
    expect(() => openDataFolder(join(dir, 'file', 'data'))).toThrow(/is not a folder: choose another place/);
  });

  it.each([['ENOSPC', /is full: make room/], ['EACCES', /cannot be used by this user/], ['EROFS', /read-only/], ['EDQUOT', /quota/]])('%s', (code, sentence) => {
    expect(findSystemSentence(Object.assign(new Error('x'), { code }), '/data')).toMatch(sentence);
  });

  it('and what is no fault of the machine stays an error', () => {
    expect(findSystemSentence(new TypeError('x'), '/data')).toBeNull();
  });
});

describe('the data folder', () => {
  it('keeps keys and passwords to its user, and makes passwords once', () => {
    const root = mkdtempSync(join(tmpdir(), 'data-'));
    mkdirSync(join(root, 'keyring'), { mode: 0o755 });
    const folder = openDataFolder(root);
    expect(statSync(folder.keyring).mode & 0o777).toBe(0o700);
    const made = ensureLoginPasswords(folder);
    expect(made.app).not.toBe(made.fleet);
    expect(made.app).toHaveLength(32);
    expect(ensureLoginPasswords(folder)).toEqual(made);
    const file = join(root, 'database-logins.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(made.fleet);
    folder.release();
    rmSync(root, { recursive: true });
  });
});
