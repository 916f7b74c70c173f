// A test run that is killed leaves its Postgres and Redis behind: the next run ends them.
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const RUN_FOLDER = 'scaiwave-test-';

export function removeAbandonedServers() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(RUN_FOLDER))) {
    const folder = join(tmpdir(), name);
    const owner = firstNumber(join(folder, 'redis/used-by')) ?? firstNumber(join(folder, 'postgres/used-by'));
    if (owner === null || isAlive(owner)) continue; // just being made, or in use
    for (const file of ['redis/redis.pid', 'postgres/cluster/postmaster.pid']) endServer(firstNumber(join(folder, file)), folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

function isAlive(pid) {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) && !/\) Z /.test(readFileSync(file, 'utf8')); // a zombie has ended; its parent has not looked yet
}

// Its working directory tells whether the process still is the server of that folder, or somebody else with its number.
function endServer(pid, folder) {
  try {
    if (pid !== null && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) process.kill(pid, 'SIGKILL');
  } catch {
    // gone
  }
}

function firstNumber(file) {
  return existsSync(file) ? Number(/\d+/.exec(readFileSync(file, 'utf8'))?.[0] ?? NaN) || null : null;
}
