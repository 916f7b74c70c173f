#!/usr/bin/env node
/**
 * `scaiwave`: runs and looks after installations on one machine (up, demo, migrate, keys).
 * Not for: serving requests (apps/api), signing and delivering (apps/worker); it only starts those as processes.
 * Read first: program.ts (all commands), up/installation.ts (what one installation is made of).
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const bundledNode = fileURLToPath(new URL('../../../node_modules/.bin/node', import.meta.url));

/** Some of what the program imports does not even load on an older Node: the one that npm installed takes over. */
function handOver(): void {
  if (process.env['SCAIWAVE_HANDED_OVER'] === '1' || !existsSync(bundledNode)) { // oxlint-disable-line -- before anything that could be imported
    process.stderr.write(`scaiwave: this is Node ${process.versions.node}, and 24.9 or newer is needed: run npm install, which brings it along\n`);
    process.exit(1);
  }
  const child = spawn(bundledNode, process.argv.slice(1), { stdio: 'inherit', detached: true, env: { ...process.env, SCAIWAVE_HANDED_OVER: '1' } }); // oxlint-disable-line -- as above
  // Detached: a Ctrl-C in the terminal reaches this process only, and the child hears of it once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

if (major > 24 || (major === 24 && minor >= 9)) {
  const { runProgram } = await import('./program.js');
  await runProgram(process.argv);
} else {
  handOver();
}
