import { existsSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimFolder, type CliConfig, type CliSecrets } from '@scaiwave/config';
import { SystemClock } from '@scaiwave/telemetry';
import { LogFile } from '../log-file.js';
import { programs } from '../places.js';
import { findSystemSentence, StartProblem } from '../start-problem.js';
import { endLeftover } from '../supervise/end-leftover.js';
import { ManagedProcess } from '../supervise/managed-process.js';
import { listenForStop, untilAborted } from '../asked-to-stop.js';
import { Installation } from '../up/installation.js';
import { endLeftoverServers } from '../up/server-processes.js';
import { checkPortIsFree } from '../up/port-check.js';
import { commonSettings, givenBackends } from '../up/settings-from-env.js';
import { buildAnnouncement, type DemoReport } from './announce.js';
import { ClientApi } from '../client-api.js';
import { openDemoFolder, writeDemoConfig, writeProviderSettings, type DemoFolder } from './demo-folder.js';
import { baseUrlOf, buildDemoPorts, DEMO_TENANTS, fqidOf, issuerOf, serverNameOf, type DemoPorts } from './demo-plan.js';
import { SeedDemo, type DemoActors } from './seed-demo.js';

const DEFAULT_FOLDER = '.demo';
const NOTHING_GIVEN: CliSecrets = { databaseUrl: undefined, databaseFleetUrl: undefined, databaseOwnerUrl: undefined, redisUrl: undefined, adminToken: undefined };

/** Two installations, a login provider and some history, from nothing, until asked to stop. */
class Demo {
  private readonly closers: (() => Promise<void>)[] = [];
  private release: () => void = () => undefined;
  private readonly ports: DemoPorts;

  constructor(
    private readonly root: string,
    private readonly config: CliConfig,
    private readonly secrets: CliSecrets,
    private readonly signal: AbortSignal,
  ) {
    this.ports = buildDemoPorts(config.demoPort);
  }

  async start(): Promise<DemoReport> {
    const folder = this.openFolder();
    for (const { data } of folder.installations) await endLeftoverServers(join(data, 'run'));
    await endLeftover(join(folder.run, 'provider.json'));
    for (const port of [...this.ports.installations, this.ports.provider]) await checkPortIsFree('127.0.0.1', port, 'DEMO_PORT');
    writeDemoConfig(folder, this.ports);
    await writeProviderSettings(folder, this.ports, this.config.clockOffsetFile ?? null);
    const started = await Promise.allSettled([this.startProvider(folder), this.startInstallation(folder, 0), this.startInstallation(folder, 1)]);
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    this.signal.throwIfAborted();
    const report = await this.buildReport();
    if (!existsSync(folder.seeded)) {
      await new SeedDemo(this.buildActors(report), this.signal).run();
      writeFileSync(folder.seeded, '');
    }
    return report;
  }

  async stop(): Promise<void> {
    await Promise.all(this.closers.splice(0).map((close) => close()));
    this.release();
  }

  private openFolder(): DemoFolder {
    try {
      const folder = openDemoFolder(this.root);
      this.release = claimFolder(this.root, 'The demo');
      return folder;
    } catch (error) {
      const sentence = findSystemSentence(error, `DEMO_DIR ${this.root}`);
      throw new StartProblem(sentence ?? (error as Error).message);
    }
  }

  private async startProvider(folder: DemoFolder): Promise<void> {
    const file = new LogFile(join(folder.root, 'login-provider.log'), say);
    const provider = new ManagedProcess({
      name: 'login provider', args: [programs.devProvider, folder.providerSettings], env: {}, recordFile: join(folder.run, 'provider.json'),
      onLine: (_, line) => file.append(line),
      onDied: (name, how) => say(`the ${name} ended ${how}; it starts again`),
    });
    this.closers.push(() => provider.stop());
    await provider.start();
  }

  private async startInstallation(folder: DemoFolder, index: number): Promise<void> {
    const { config: configDir, data: dataDir, log } = folder.installations[index]!;
    const file = new LogFile(log, say);
    const installation = await Installation.start({
      configDir, dataDir, healthPort: 0, passphraseFile: null, howToChoosePort: 'DEMO_PORT',
      http: {
        host: '127.0.0.1', port: this.ports.installations[index]!, publicScheme: 'http',
        // The API may reach its own backends and the login provider, nothing else; the demo holds it to that.
        egress: [`localhost:${this.ports.provider}`],
        provider: null,
      },
      // Given servers are for installation one; two always brings its own, so that nothing is shared but the wire.
      given: givenBackends(index === 0 ? this.secrets : NOTHING_GIVEN, `demo${index + 1}`),
      common: commonSettings(this.config, true),
      clock: new SystemClock({ offsetFile: this.config.clockOffsetFile }),
      signal: this.signal,
      say: (sentence) => file.append(sentence),
      onLine: (_, line) => file.append(line),
    });
    this.closers.push(() => installation.stop());
  }

  private async buildReport(): Promise<DemoReport> {
    const tenants = DEMO_TENANTS.map(async (tenant) => ({
      server_name: serverNameOf(tenant), base_url: baseUrlOf(tenant, this.ports),
      users: await Promise.all(tenant.people.map(async (person) => ({
        local_id: person.localId, fqid: fqidOf(tenant, person), role: person.role,
        token: await fetchToken(`${issuerOf(this.ports)}/token?user=${person.localId}@${serverNameOf(tenant)}`),
      }))),
    }));
    return { tenants: await Promise.all(tenants) };
  }

  private buildActors(report: DemoReport): DemoActors {
    const all = report.tenants.flatMap(({ base_url, users }) => users.map((user) => [user.local_id, { fqid: user.fqid, api: new ClientApi(base_url, user.token) }]));
    return Object.fromEntries(all) as DemoActors;
  }
}

function say(sentence: string): void {
  process.stderr.write(`scaiwave: ${sentence}\n`);
}

/** The provider is up within a second of its start; until then connections are refused. */
async function fetchToken(url: string): Promise<string> {
  const ask = (): Promise<string | null> => new Promise((resolve) => {
    get(url, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve(response.statusCode === 200 ? text : null));
    }).on('error', () => resolve(null));
  });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const token = await ask();
    if (token !== null) return token;
    await delay(50);
  }
  throw new StartProblem(`the login provider at ${new URL(url).origin} does not answer`);
}

/** `scaiwave demo`: prints addresses, people, what to try, then `ready`. */
export async function runDemo(config: CliConfig, secrets: CliSecrets): Promise<void> {
  const began = performance.now();
  const signal = listenForStop();
  const demo = new Demo(resolve(config.demoDir ?? DEFAULT_FOLDER), config, secrets, signal);
  try {
    const report = await demo.start();
    if (config.demoJson !== undefined) writeFileSync(resolve(config.demoJson), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 });
    process.stdout.write(`${buildAnnouncement(buildDemoPorts(config.demoPort), (performance.now() - began) / 1_000)}\nready\n`);
    await untilAborted(signal);
    say('stopping');
  } finally {
    await demo.stop();
  }
}
