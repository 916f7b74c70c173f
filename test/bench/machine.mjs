// What the figures were measured on.
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { cpus, totalmem } from 'node:os';
import { round } from './numbers.mjs';

const VERIFICATIONS = 2_000;

/** A shared machine is not equally fast at every hour: how long one Ed25519 verification takes tells by how much figures may be compared. */
export function describeMachine() {
  return { cpu: cpus()[0].model, cores: cpus().length, memory_gib: Math.round(totalmem() / 2 ** 30), node: process.version, ed25519_verify_us: round(verifyMs() * 1_000) };
}

function verifyMs() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const message = Buffer.alloc(256);
  const signature = sign(null, message, privateKey);
  const begun = performance.now();
  for (let n = 0; n < VERIFICATIONS; n += 1) verify(null, message, publicKey, signature);
  return (performance.now() - begun) / VERIFICATIONS;
}
