import { resolve } from 'node:path';
import type { CliConfig, CliSecrets } from '@scaiwave/config';
import { SystemClock } from '@scaiwave/telemetry';
import { listenForStop, untilAborted } from '../asked-to-stop.js';
import { Installation } from './installation.js';
import { commonSettings, givenBackends } from './settings-from-env.js';

export interface UpFlags {
  config: string;
  data: string;
  host: string;
  port: number;
  healthPort: number;
  passphraseFile?: string;
  http?: boolean;
  localhostPeers?: boolean;
  redisPrefix: string;
}

/** `scaiwave up`: runs one installation until it is asked to stop. */
export async function runUp(flags: UpFlags, config: CliConfig, secrets: CliSecrets): Promise<void> {
  const say = (sentence: string): void => void process.stderr.write(`scaiwave: ${sentence}\n`);
  const signal = listenForStop();
  const installation = await Installation.start({
    configDir: resolve(flags.config),
    dataDir: resolve(flags.data),
    howToChoosePort: '--port',
    http: { host: flags.host, port: flags.port, publicScheme: flags.http ? 'http' : 'https', egress: null, provider: config.provider },
    healthPort: flags.healthPort,
    passphraseFile: flags.passphraseFile === undefined ? null : resolve(flags.passphraseFile),
    given: givenBackends(secrets, flags.redisPrefix),
    common: commonSettings(config, flags.localhostPeers ?? false),
    clock: new SystemClock({ offsetFile: config.clockOffsetFile }),
    signal,
    say,
    onLine: (_, line) => void process.stdout.write(`${line}\n`),
  });
  say(`ready on http://${flags.host}:${flags.port}`);
  await untilAborted(signal);
  say('stopping');
  await installation.stop();
}
