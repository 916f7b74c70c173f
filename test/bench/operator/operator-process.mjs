// The operator as the process that it is, with what it costs.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../../libs/config/dist/index.js';
import { readUsage } from '../process-usage.mjs';

const MAIN = fileURLToPath(new URL('../../../apps/operator/dist/main.js', import.meta.url));
const ESTABLISHED = '01';
// What Node takes for the heap in a pod with the chart's limit of 512 MiB; on a machine with more memory it would collect later.
const HEAP_OF_THE_POD = '--max-old-space-size=256';

export class OperatorProcess {
  #child = null;
  #port = 0;

  constructor(plane, database) {
    this.plane = plane;
    this.database = database;
  }

  async start() {
    const { folder, kubeconfig } = this.plane;
    const template = join(folder, 'worker-template.json');
    writeFileSync(template, JSON.stringify({ spec: { containers: [{ name: 'worker', image: 'scaiwave:bench' }] } }));
    this.#port = await freePort();
    this.#child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: '/usr/bin:/bin', NODE_ENV: 'production', KUBECONFIG: kubeconfig, RELEASE_NAMESPACE: 'scaiwave', OPERATOR_ID: 'operator', WORKER_TEMPLATE_FILE: template, WORKER_REPLICAS: '0',
        DATABASE_URL: this.database.appUrl, DATABASE_FLEET_URL: this.database.fleetUrl, HEALTH_PORT: String(this.#port), LOG_LEVEL: 'warn',
        NODE_OPTIONS: `${HEAP_OF_THE_POD} ${process.env.OPERATOR_NODE_OPTIONS ?? ''}`,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  async end() {
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }

  /** Has it looked at everything, and is nothing waiting? */
  async isIdle({ tenants, peers }) {
    const metrics = await this.#metrics();
    return countOf(metrics, 'controller_runtime_reconcile_total', /controller="(tenant|peer)"/) >= tenants + peers && countOf(metrics, 'workqueue_depth', /./) === 0;
  }

  async requests() {
    const metrics = await this.#metrics();
    return { reads: countOf(metrics, 'rest_client_requests_total', /method="GET"/), writes: countOf(metrics, 'rest_client_requests_total', /method="(POST|PATCH|DELETE)"/), reconciles: countOf(metrics, 'controller_runtime_reconcile_total', /./) };
  }

  usage() {
    const { pid } = this.#child;
    const [{ rssMb, cpuSeconds }] = readUsage([pid]);
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return { rssMb, cpuSeconds, peakMb: Number(peak[1]) / 1024, connections: countConnections(pid, Number(new URL(this.plane.url).port)) };
  }

  async #metrics() {
    return fetch(`http://127.0.0.1:${this.#port}/metrics`).then((response) => response.text(), () => '');
  }
}

function countOf(metrics, name, labels) {
  return metrics.split('\n').filter((line) => line.startsWith(`${name}{`) && labels.test(line)).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Established connections of a process to a port of this machine. */
function countConnections(pid, port) {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  }));
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1).map((line) => line.trim().split(/\s+/)));
  return rows.filter(([, , remote, state, , , , , , inode]) => state === ESTABLISHED && own.has(inode) && parseInt(remote.split(':')[1], 16) === port).length;
}
