#!/usr/bin/env node
/**
 * `scaiwave`: runs and looks after installations on one machine (up, demo, migrate, keys).
 * Not for: serving requests (apps/api), signing and delivering (apps/worker); it only starts those as processes.
 * Read first: program.ts (all commands), up/installation.ts (what one installation is made of).
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 9)) {
  process.stderr.write(`scaiwave: this is Node ${process.versions.node}, and 24.9 or newer is needed: use make, npx or node_modules/.bin/node, which bring it along\n`);
  process.exit(1);
}
// Only now: some of what the program imports does not even load on an older Node.
const { runProgram } = await import('./program.js');
await runProgram(process.argv);

export {};
