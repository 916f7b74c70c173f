/**
 * The process of the demo's OpenID provider. Not for: anything but demos and tests on loopback.
 * It is a process of its own because it moves its whole Date with the clock offset file. Read first: dev-provider.ts.
 */
import { readFileSync } from 'node:fs';
import { readClockOffset } from '@scaiwave/telemetry';
import { DevProvider, type DevProviderOptions } from './dev-provider.js';

interface Settings extends DevProviderOptions {
  port: number;
  clockOffsetFile: string | null;
}

const [settingsFile] = process.argv.slice(2);
if (!settingsFile) throw new Error('usage: dev-provider-main <settings file>');
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as Settings;

const { clockOffsetFile } = settings;
if (clockOffsetFile !== null) {
  const realNow = Date.now.bind(Date); // oxlint-disable-line -- oidc-provider has no clock to inject, so this process' Date is the clock
  Date.now = () => realNow() + readClockOffset(clockOffsetFile); // oxlint-disable-line -- as above
}
const provider = new DevProvider(settings);
await provider.listen(settings.port);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void provider.close().then(() => process.exit(0)));
