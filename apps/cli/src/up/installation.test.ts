import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { freePort } from '@scaiwave/config';
import { removeEmbeddedPostgres } from '@scaiwave/database';
import { SystemClock } from '@scaiwave/telemetry';
import pg from 'pg';
import { findStartTime } from '../supervise/process-record.js';
import { Installation } from './installation.js';

/** Stands in for API and worker: says what it was given, and is ready. */
const STAND_IN = `
  const { createServer } = require('node:http');
  console.log(JSON.stringify(process.env));
  createServer((_, res) => res.end()).listen(Number(process.env.HEALTH_PORT), '127.0.0.1');
`;
const tenant = (name: string, more = ''): string =>
  `apiVersion: federation.scaiwave.io/v1alpha1\nkind: Tenant\nmetadata: {name: ${name}}\nspec:\n  serverName: ${name}.localhost\n  auth: {oidc: {issuer: "http://localhost:1", clientId: x}}\n${more}`;

// Real servers, started several times, on a machine that may be busy with other suites.
jest.setTimeout(90_000);

describe('an installation', () => {
  let root: string;
  let port: number;
  const said: string[] = [];
  const envs: { name: string; env: Record<string, string> }[] = [];
  let listeners: (() => void)[] = [];
  const running: Installation[] = [];

  /** Waits for what the installation says or its children write. */
  function until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (isTrue()) resolve();
      };
      listeners.push(look);
      look();
    });
  }
  function happened(): void {
    for (const look of listeners) look();
  }

  async function start(): Promise<Installation> {
    const installation = await Installation.start({
      configDir: join(root, 'config'), dataDir: join(root, 'data'), howToChoosePort: '--port', healthPort: 0, passphraseFile: null,
      http: { host: '127.0.0.1', port, publicScheme: 'http', egress: null, provider: null },
      given: { databaseUrl: null, databaseFleetUrl: null, ownerUrl: null, redisUrl: null, redisPrefix: 'test' },
      common: { logLevel: 'info', allowsLocalhostPeers: true, isTestMode: false, clockOffsetFile: null, extraCaFile: null },
      clock: new SystemClock(), signal: new AbortController().signal,
      scripts: { api: join(root, 'stand-in.cjs'), worker: join(root, 'stand-in.cjs') },
      say: (sentence) => (said.push(sentence), happened()),
      onLine: (name, line) => (envs.push({ name, env: JSON.parse(line) as Record<string, string> }), happened()),
    });
    running.push(installation);
    return installation;
  }
  const envOf = (name: string): Record<string, string> => envs.findLast((e) => e.name === name)!.env;
  async function rows(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: envOf('api')['DATABASE_FLEET_URL']! });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'installation-'));
    mkdirSync(join(root, 'config'));
    writeFileSync(join(root, 'stand-in.cjs'), STAND_IN);
    writeFileSync(join(root, 'config', 'acme.yaml'), tenant('acme'));
    port = await freePort();
  });
  beforeEach(() => {
    said.length = 0;
    envs.length = 0;
    listeners = [];
  });
  afterEach(() => Promise.all(running.splice(0).map((installation) => installation.stop())));
  afterAll(() => {
    removeEmbeddedPostgres(join(root, 'data', 'postgres'));
    rmSync(root, { recursive: true, force: true });
  });

  it('makes keys, rows and processes from a folder of files, and takes up what changes there', async () => {
    const installation = await start();
    expect(said).toEqual([expect.stringMatching(/^acme.localhost has its first signing key, ed25519:/), 'acme.localhost is new']);
    expect(Object.values(installation.pids).every((pid) => pid !== null)).toBe(true);
    expect(envOf('worker')['KEYRING_DIR']).toBe(join(root, 'data', 'keyring'));
    expect(envOf('api')['KEYRING_DIR']).toBeUndefined();

    writeFileSync(join(root, 'config', 'globex.yaml'), tenant('globex', '  peering: {mod: Open}\n'));
    await until(() => said.some((s) => s.includes('spec.peering.mod is not a field of Tenant; did you mean mode?')));
    expect(existsSync(join(root, 'data', 'keyring', 'globex.localhost.json'))).toBe(false);
    writeFileSync(join(root, 'config', 'globex.yaml'), tenant('globex', '  peering: {mode: Open}\n'));
    await until(() => said.includes('globex.localhost is new'));
    expect(await rows('SELECT resource, ready, reason FROM tenant_reports ORDER BY 1')).toEqual(['acme', 'globex'].map((name) => ({ resource: `default/${name}`, ready: 'True', reason: 'Programmed' })));
    rmSync(join(root, 'config', 'globex.yaml'));
    await until(() => said.some((s) => s.startsWith('globex.localhost is suspended')));
    expect(await rows('SELECT resource FROM tenant_reports')).toEqual([{ resource: 'default/acme' }]);
    expect(await rows('SELECT server_name, state FROM tenants ORDER BY 1')).toEqual([{ server_name: 'acme.localhost', state: 'active' }, { server_name: 'globex.localhost', state: 'suspended' }]);
  });

  it('starts again with the same keys and changes nothing', async () => {
    const before = readFileSync(join(root, 'data', 'keyring', 'acme.localhost.json'), 'utf8');
    await start();
    expect(said).toEqual([]);
    expect(readFileSync(join(root, 'data', 'keyring', 'acme.localhost.json'), 'utf8')).toBe(before);
  });

  it('refuses a second one on the same data folder', async () => {
    await start();
    // The claim is per process: another process' claim is what a second `scaiwave up` meets.
    const claim = join(root, 'data', 'used-by');
    writeFileSync(claim, `1 ${findStartTime(1)}\n`);
    await expect(start()).rejects.toThrow(/already in use by process 1/);
  });

  it('starts a killed worker again, and everything when the embedded Redis dies', async () => {
    const installation = await start();
    const { worker, api, redis } = installation.pids;
    process.kill(worker!, 'SIGKILL');
    await until(() => said.some((s) => s.startsWith('the worker ended by SIGKILL')));
    await until(() => envs.filter((e) => e.name === 'worker').length === 2);
    expect(installation.pids['api']).toBe(api);
    process.kill(redis!, 'SIGKILL');
    await until(() => said.some((s) => s.startsWith('the embedded Redis ended')));
    await until(() => envs.filter((e) => e.name === 'api').length === 2 && envs.filter((e) => e.name === 'worker').length === 3);
    expect(envOf('api')['REDIS_URL']).not.toBe(envs.find((e) => e.name === 'api')!.env['REDIS_URL']);
    expect(findStartTime(api!)).toBeNull();
  });

  it('stops everything', async () => {
    const installation = await start();
    const pids = Object.values(installation.pids);
    expect(pids).toHaveLength(4);
    await installation.stop();
    expect(pids.map((pid) => findStartTime(pid!))).toEqual([null, null, null, null]);
  });

  it('says why a server does not come up, and leaves nothing running', async () => {
    writeFileSync(join(root, 'stand-in.cjs'), 'console.log(JSON.stringify({ why: "no" })); process.exit(1)');
    await expect(start()).rejects.toThrow(/the (api|worker) ends at once; the last thing it said: \{"why":"no"\}/);
    writeFileSync(join(root, 'stand-in.cjs'), STAND_IN);
    await start();
  });
});
