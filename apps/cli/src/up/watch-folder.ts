import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

function stampOf(folder: string): string {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
      .map((name) => {
        const { mtimeMs, size, ino } = statSync(join(folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: 0, ino: 0 };
        return `${name} ${ino} ${size} ${mtimeMs}`;
      }).join('\n');
  } catch (error) {
    return `unreadable: ${(error as NodeJS.ErrnoException).code}`;
  }
}

/**
 * Calls `onChange` when any file below a folder appears, changes or goes. It looks once a second rather than waiting for file
 * system events, which editors, network mounts and symlink swaps all deliver differently or not at all.
 * @returns stops watching and waits for a running `onChange`
 */
export function watchFolder(folder: string, onChange: () => Promise<void>, everyMs = 1_000): () => Promise<void> {
  let stamp = stampOf(folder);
  let running: Promise<void> = Promise.resolve();
  let isBusy = false;
  const timer = setInterval(() => {
    if (isBusy) return;
    const next = stampOf(folder);
    if (next === stamp) return;
    stamp = next;
    isBusy = true;
    running = onChange().finally(() => (isBusy = false));
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await running;
  };
}
