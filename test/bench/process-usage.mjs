// CPU seconds and memory of a process and all that it started, from /proc, by what each of them is.
import { readdirSync, readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;

/** @param {number[]} roots @returns {Array<{pid: number, name: string, cpuSeconds: number, rssMb: number}>} */
export function readUsage(roots) {
  return listTree(roots).map(({ pid, name, cpuSeconds, rssMb }) => ({ pid, name, cpuSeconds, rssMb }));
}

/** A process and all that it started. */
export function treeOf(rootPid) {
  return listTree([rootPid]).map(({ pid }) => pid);
}

function listTree(roots) {
  const all = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).flatMap((pid) => readProcess(Number(pid)) ?? []);
  const inTree = new Set(roots);
  for (let before = 0; before !== inTree.size; ) {
    before = inTree.size;
    for (const { pid, parent } of all) if (inTree.has(parent)) inTree.add(pid);
  }
  return all.filter(({ pid }) => inTree.has(pid));
}

/** What was used between two readings, summed by name; memory is the later reading's. */
export function usageBetween(before, after) {
  const earlier = new Map(before.map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  const byName = {};
  for (const { pid, name, cpuSeconds, rssMb } of after) {
    const sum = (byName[name] ??= { cpu_seconds: 0, rss_mb: 0 });
    sum.cpu_seconds += cpuSeconds - (earlier.get(pid) ?? 0);
    sum.rss_mb += rssMb;
  }
  return byName;
}

function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    const rss = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    // utime and stime are fields 14 and 15 of the line; the waited-for children's times belong to themselves here
    return { pid, parent: Number(fields[1]), name: nameOf(command), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND, rssMb: rss ? Number(rss[1]) / 1024 : 0 };
  } catch {
    return null; // gone meanwhile
  }
}

function nameOf(command) {
  if (/apps\/api\//.test(command)) return 'api';
  if (/apps\/worker\//.test(command)) return 'worker';
  if (/postgres/.test(command)) return 'postgres';
  if (/redis|valkey/.test(command)) return 'redis';
  return 'supervisor';
}
