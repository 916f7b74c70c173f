// Two installations as anybody would run them (`scaiwave up`, Postgres and Redis of their own, fsync on), seeded by the demo. Each can be
// killed with everything it started, and started again; where a workload asks for it, a wire between them can be slowed and counted.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@scaiwave/config';
import { Wire } from '@scaiwave/testing';
import pg from 'pg';
import { readUsage, treeOf } from './process-usage.mjs';

const CLI = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));
const PROVIDER = fileURLToPath(new URL('../../apps/cli/dist/demo/dev-provider-main.js', import.meta.url));

export class Installations {
  /** The demo makes people, rooms and peers once; what it printed for scripts stays good. */
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), 'scaiwave-bench-'));
    const [base] = [await freePort(3)];
    const json = join(folder, 'demo.json');
    const data = join(folder, 'data');
    const began = performance.now();
    const demo = spawn(process.execPath, [CLI, 'demo'], { env: { ...process.env, DEMO_DIR: data, DEMO_JSON: json, DEMO_PORT: String(base) }, stdio: ['ignore', 'pipe', 'inherit'] });
    await untilPrinted(demo, /^ready$/m);
    const secondsToReady = (performance.now() - began) / 1000;
    demo.kill('SIGINT');
    await once(demo, 'exit');
    const all = new Installations({ folder, data, base, tenants: JSON.parse(await readFile(json, 'utf8')).tenants, secondsToReady });
    await all.#startAll();
    return all;
  }

  constructor({ folder, data, base, tenants, secondsToReady }) {
    Object.assign(this, { folder, data, tenants, secondsToReady });
    this.ports = { one: base, two: base + 1 };
    this.children = new Map();
    this.wires = new Map();
  }

  tenant(name) {
    return this.tenants.find(({ server_name: serverName }) => serverName === `${name}.localhost`);
  }

  /** Process ids of everything that is measured: both installations with all they started, without the login provider. */
  roots() {
    return [this.children.get('one'), this.children.get('two')].flatMap((child) => (child ? [child.pid] : []));
  }

  /** What the processes of each installation have used until now. */
  usage() {
    return Object.fromEntries(['one', 'two'].flatMap((name) => (this.children.has(name) ? [[name, readUsage([this.children.get(name).pid])]] : [])));
  }

  async launch(name) {
    const args = [CLI, 'up', '--config', join(this.data, name, 'config'), '--data', join(this.data, name, 'data'), '--port', String(this.ports[name]), '--http', '--localhost-peers'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.children.set(name, child);
    await untilPrinted(child, /ready on/, child.stderr);
  }

  /** Everything of it at once, Postgres and Redis too, as when a machine loses its power. */
  async kill(name) {
    const child = this.children.get(name);
    this.children.delete(name);
    const gone = once(child, 'exit');
    for (const pid of treeOf(child.pid)) tryKill(pid);
    await gone;
  }

  /** A client of the database's owner, for what no API can make: backlogs, crowds. */
  async ownerOf(name) {
    const [, , , port] = readFileSync(join(this.#clusterOf(name), 'cluster', 'postmaster.pid'), 'utf8').split('\n');
    const dir = this.#postgresOf(name);
    const client = new pg.Client({ host: '127.0.0.1', port: Number(port), user: 'postgres', password: readFileSync(join(dir, 'superuser-password'), 'utf8').trim(), database: 'postgres' });
    client.on('error', () => undefined); // its server ends before it: what went wrong is said elsewhere
    await client.connect();
    return client;
  }

  /** From now on they reach each other over wires: `scaiwave up` reads its files at its start. */
  async putWiresBetween() {
    await Promise.all(['one', 'two'].map((name) => this.#end(name)));
    for (const [name, port] of Object.entries(this.ports)) this.wires.set(name, await Wire.to(port));
    await this.#reachThroughWire('one', 'two');
    await this.#reachThroughWire('two', 'one');
    await Promise.all([this.launch('one'), this.launch('two')]);
  }

  /** Both directions at once. @param {number} rttMs time that an answer needs at least */
  setDelay(rttMs) {
    for (const wire of this.wires.values()) wire.delayMs = rttMs / 2;
  }

  async stop() {
    await Promise.all([...this.children.keys()].map((name) => this.#end(name)));
    for (const wire of this.wires.values()) wire.close();
    for (const name of ['one', 'two']) await rm(this.#clusterOf(name), { recursive: true, force: true });
    await rm(this.folder, { recursive: true, force: true });
  }

  async #end(name) {
    const child = this.children.get(name);
    this.children.delete(name);
    const gone = once(child, 'exit');
    child.kill('SIGINT');
    await gone;
  }

  #postgresOf(name) {
    return join(this.data, name, 'data', 'postgres');
  }

  /** Where nobody but root may look, the cluster lies elsewhere. */
  #clusterOf(name) {
    const elsewhere = join(this.#postgresOf(name), 'cluster-location');
    return existsSync(elsewhere) ? readFileSync(elsewhere, 'utf8').trim() : this.#postgresOf(name);
  }

  async #startAll() {
    this.children.set('provider', spawn(process.execPath, [PROVIDER, join(this.data, 'login-provider.json')], { stdio: 'ignore' }));
    await Promise.all([this.launch('one'), this.launch('two')]);
  }

  /** The Peer files of `from` lead to the wire before `to`. */
  async #reachThroughWire(from, to) {
    const tenants = from === 'one' ? ['acme', 'globex'] : ['initech'];
    for (const tenant of tenants) {
      const file = join(this.data, from, 'config', `${tenant}-peers.yaml`);
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replaceAll(`:${this.ports[to]}"`, `:${this.wires.get(to).port}"`));
    }
  }
}

async function untilPrinted(child, pattern, output = child.stdout) {
  await new Promise((resolve, reject) => {
    let printed = '';
    output.on('data', (data) => {
      printed += data;
      if (pattern.test(printed)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`it ended with ${code}:\n${printed}`)));
  });
  child.removeAllListeners('exit');
}

function tryKill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}
