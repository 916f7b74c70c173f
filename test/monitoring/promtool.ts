import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, findProgram } from '@scaiwave/config';

/** The real `promtool`: from PATH, from our cache, else unpacked into it from Debian's package; null with the reason where it cannot be had. */
export function findPromtool(): { path: string } | { path: null; reason: string } {
  const installed = findProgram('promtool');
  if (installed !== null) return { path: installed };
  const folder = join(cacheFolder(), `prometheus-${process.arch}`);
  const path = join(folder, 'usr/bin/promtool');
  if (!existsSync(path)) {
    const reason = download(folder);
    if (reason !== null) return { path: null, reason };
  }
  return { path };
}

/** @returns why it did not work */
function download(folder: string): string | null {
  if (findProgram('apt-get') === null || findProgram('dpkg-deb') === null) return 'apt-get and dpkg-deb';
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'prometheus-download-'));
  try {
    if (!fetchPackage(work)) return 'the package prometheus from a Debian mirror';
    const [file] = readdirSync(work).filter((name) => name.endsWith('.deb'));
    if (file === undefined || !succeeds('dpkg-deb', ['-x', file, 'root'], work)) return 'a package prometheus that can be unpacked';
    if (!existsSync(join(folder, 'usr/bin/promtool'))) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(join(work, 'root'), folder);
    }
    return null;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function fetchPackage(work: string): boolean {
  if (succeeds('apt-get', ['download', 'prometheus'], work)) return true;
  // A fresh machine has no package lists yet; only root can fetch them.
  return process.getuid?.() === 0 && succeeds('apt-get', ['update'], work) && succeeds('apt-get', ['download', 'prometheus'], work);
}

function succeeds(command: string, args: string[], cwd: string): boolean {
  return spawnSync(command, args, { cwd, stdio: 'ignore' }).status === 0;
}
