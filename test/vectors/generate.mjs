#!/usr/bin/env node
// Writes the golden vectors of this folder; `--check` compares instead and exits 1 when a file differs. See README.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { KEYS, NOW } from './generator/base.mjs';
import { buildDescriptors } from './generator/descriptors.mjs';
import { buildControlEvents, buildInvalidEvents, buildRedacted, buildRoom } from './generator/events.mjs';
import { buildRequests } from './generator/requests.mjs';
import { BATCHES, ENTRIES, NAMES } from './generator/shapes.mjs';

/** File name → text of every generated vector file. */
export function buildVectorFiles() {
  const room = buildRoom();
  const keys = Object.fromEntries(Object.entries(KEYS).map(([name, { seed, public_key, kid }]) => [name, { seed_hex: seed.toString('hex'), public_key, kid }]));
  const files = {
    'keys.json': { now_ms: NOW, keys },
    'room.json': { ...room, redacted: buildRedacted(room) },
    'events.json': { valid: buildControlEvents(), invalid: buildInvalidEvents() },
    'requests.json': buildRequests(),
    'descriptors.json': buildDescriptors(),
    'names.json': NAMES,
    'batches.json': BATCHES,
    'entries.json': ENTRIES,
  };
  return Object.fromEntries(Object.entries(files).map(([name, value]) => [name, `${JSON.stringify(value, null, 1)}\n`]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = (name) => new URL(name, import.meta.url);
  for (const [name, text] of Object.entries(buildVectorFiles())) {
    if (!process.argv.includes('--check')) writeFileSync(path(name), text);
    else if (readFileSync(path(name), 'utf8') !== text) {
      console.error(`${name} differs from what generate.mjs makes`);
      process.exitCode = 1;
    }
  }
}
