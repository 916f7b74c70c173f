// The browser tests need a Chromium. As root on Debian this installs it; otherwise they use CHROMIUM_PATH, or are skipped.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const has = (name) => process.env.PATH.split(delimiter).some((folder) => isRunnable(join(folder, name)));

if (!isRunnable(process.env.CHROMIUM_PATH ?? '') && !has('chromium') && process.getuid() === 0 && has('apt-get')) {
  process.stderr.write('Installing chromium for the browser tests …\n');
  const apt = (...args) => spawnSync('apt-get', ['-q', '-y', ...args], { stdio: ['ignore', 'ignore', 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  const install = () => apt('install', '--no-install-recommends', 'chromium');
  if (!install() && !(apt('update') && install())) process.stderr.write('chromium could not be installed: the browser tests will be skipped.\n');
}

function isRunnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not there
  }
}
