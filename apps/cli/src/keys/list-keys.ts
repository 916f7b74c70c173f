import { join, resolve } from 'node:path';
import { fingerprintOf } from '@scaiwave/protocol/node';
import { KeyringError, listPublicKeys, readPassphrase } from '@scaiwave/core';
import { findSystemSentence, StartProblem } from '../start-problem.js';

/** `scaiwave keys list`: kid, state, fingerprint and dates of every key in a data folder. Private parts are never printed. */
export async function listKeys(flags: { data: string; passphraseFile?: string; json?: boolean }): Promise<void> {
  const dir = join(resolve(flags.data), 'keyring');
  try {
    const passphrase = flags.passphraseFile === undefined ? null : readPassphrase(flags.passphraseFile);
    const keys = (await listPublicKeys({ dir, passphrase })).map(({ serverName, key }) => ({
      server_name: serverName, kid: key.kid, state: key.state, fingerprint: fingerprintOf(key.publicKey),
      valid_from: key.validFrom.toISOString(), valid_until: key.validUntil?.toISOString() ?? null,
    }));
    if (flags.json) process.stdout.write(`${JSON.stringify(keys, null, 2)}\n`);
    else for (const key of keys) process.stdout.write(`${key.server_name}  ${key.kid}  ${key.state}  ${key.fingerprint}  from ${key.valid_from}${key.valid_until ? ` until ${key.valid_until}` : ''}\n`);
  } catch (error) {
    if (error instanceof KeyringError) throw new StartProblem(error.message);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new StartProblem(`there is no keyring at ${dir}: give the data folder of scaiwave up with --data`);
    const sentence = findSystemSentence(error, dir);
    throw sentence === null ? error : new StartProblem(sentence);
  }
}
