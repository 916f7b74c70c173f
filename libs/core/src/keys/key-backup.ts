import { kidSchema, serverNameSchema } from '@scaiwave/protocol';
import { signingKeyFromSeed } from '@scaiwave/protocol/node';
import sodium from 'libsodium-wrappers';
import { z } from 'zod';
import { KeyringError, type KeyEntry } from './keyring-file.js';

const backupSchema = z.strictObject({
  version: z.literal(1), server_name: serverNameSchema, kid: kidSchema, seed: z.string().regex(/^[A-Za-z0-9_-]{43}$/), valid_from: z.iso.datetime(),
});
/** A signing key as it lies in a sealed box. */
export type KeyBackup = z.infer<typeof backupSchema>;

/** An X25519 key pair, raw, in base64: the public part goes into `spec.signing.backup`, the private one into a safe. */
export interface RecoveryKey {
  publicKey: string;
  privateKey: string;
}

/** Await `sodium.ready` first. */
export function generateRecoveryKey(): RecoveryKey {
  const { publicKey, privateKey } = sodium.crypto_box_keypair();
  return { publicKey: Buffer.from(publicKey).toString('base64'), privateKey: Buffer.from(privateKey).toString('base64') };
}

/**
 * The key as a libsodium sealed box (base64) that only the holder of the recovery key opens; whoever seals cannot open it again.
 * Await `sodium.ready` first. @throws KeyringError when the recovery key is none
 */
export function sealKeyBackup(serverName: string, { kid, seed, valid_from }: KeyEntry, recoveryPublicKey: string): string {
  const text = JSON.stringify({ version: 1, server_name: serverName, kid, seed, valid_from });
  try {
    return Buffer.from(sodium.crypto_box_seal(Buffer.from(text, 'utf8'), decode(recoveryPublicKey))).toString('base64');
  } catch {
    throw new KeyringError('the recovery key is no X25519 public key of 32 bytes; make one with `scaiwave keys recovery-key`');
  }
}

/** Await `sodium.ready` first. @throws KeyringError when the private key is not the one that it was sealed for, or the box is damaged */
export function openKeyBackup(box: string, recoveryPrivateKey: string): KeyBackup {
  let text: string;
  try {
    const privateKey = decode(recoveryPrivateKey);
    text = Buffer.from(sodium.crypto_box_seal_open(decode(box), sodium.crypto_scalarmult_base(privateKey), privateKey)).toString('utf8');
  } catch {
    throw new KeyringError('this recovery key does not open that backup: it was sealed for another one, or it is damaged');
  }
  const backup = backupSchema.parse(JSON.parse(text));
  if (signingKeyFromSeed(Buffer.from(backup.seed, 'base64url')).kid !== backup.kid) throw new KeyringError(`the backup of ${backup.kid} holds another key`);
  return backup;
}

// Both alphabets, with and without padding.
function decode(text: string): Buffer {
  return Buffer.from(text.trim(), 'base64');
}
