import { round } from '../numbers.mjs';
import { readUsage } from '../process-usage.mjs';

const IDLE_SECONDS = 30;

/** W5: resident memory of one server that has nothing to do, and what CPU it takes meanwhile. */
export async function memory({ all }) {
  const [root] = all.roots();
  const before = readUsage([root]);
  await new Promise((resolve) => setTimeout(resolve, IDLE_SECONDS * 1000));
  const after = readUsage([root]);
  const isDatabase = ({ name }) => name === 'postgres' || name === 'redis';
  const cpu = (usage) => usage.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  const rss = (usage) => round(usage.reduce((sum, { rssMb }) => sum + rssMb, 0), 0);
  return {
    rss_mb_without_database: rss(after.filter((one) => !isDatabase(one))),
    by_process_mb: Object.fromEntries(['api', 'worker', 'supervisor', 'postgres', 'redis'].map((name) => [name, rss(after.filter((one) => one.name === name))])),
    cpu_percent_idle: round(((cpu(after) - cpu(before)) / IDLE_SECONDS) * 100, 1),
  };
}
