import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, calculateJwkThumbprint, type JWK } from 'jose';
import { buildDemoFiles } from './build-demo-files.js';
import { baseUrlOf, DEMO_TENANTS, issuerOf, serverNameOf, type DemoPorts } from './demo-plan.js';
import type { DevAccount, DevProviderOptions } from './dev-provider.js';

/** Where the demo keeps its two installations and its login provider. */
export interface DemoFolder {
  root: string;
  installations: { config: string; data: string; log: string }[];
  providerSettings: string;
  run: string;
  /** Exists once everything was seeded. */
  seeded: string;
}

/** Makes the demo's folders. @throws the operating system's error when it may not */
export function openDemoFolder(root: string): DemoFolder {
  const installations = ['one', 'two'].map((name) => ({ config: join(root, name, 'config'), data: join(root, name, 'data'), log: join(root, name, 'server.log') }));
  for (const { config, data } of installations) for (const dir of [config, data]) mkdirSync(dir, { recursive: true });
  const run = join(root, 'run');
  mkdirSync(run, { recursive: true, mode: 0o700 });
  return { root, installations, providerSettings: join(root, 'login-provider.json'), run, seeded: join(root, 'seeded') };
}

/** Writes the Tenant and Peer files. What is there already stays as it is, unless the demo has moved to other ports. */
export function writeDemoConfig(folder: DemoFolder, ports: DemoPorts): void {
  const stamp = join(folder.run, 'ports.json');
  const hasMoved = !existsSync(stamp) || readFileSync(stamp, 'utf8') !== JSON.stringify(ports);
  folder.installations.forEach(({ config }, index) => {
    for (const [name, text] of buildDemoFiles(index, ports)) {
      const file = join(config, name);
      if (hasMoved || !existsSync(file)) writeFileSync(file, text);
    }
  });
  writeFileSync(stamp, JSON.stringify(ports));
}

/** Everybody who can log in. */
export function buildAccounts(): DevAccount[] {
  return DEMO_TENANTS.flatMap((tenant) => tenant.people.map((person) => ({
    sub: `${person.localId}@${serverNameOf(tenant)}`, clientId: tenant.name, localId: person.localId,
    displayName: person.displayName, roles: person.role === 'admin' ? ['admin'] : [],
  })));
}

async function generateJwk(): Promise<JWK & { kid: string }> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

/** Writes the login provider's settings, keeping its key: tokens stay good over a restart. */
export async function writeProviderSettings(folder: DemoFolder, ports: DemoPorts, clockOffsetFile: string | null): Promise<void> {
  const file = folder.providerSettings;
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DevProviderOptions) : null;
  const settings = {
    issuer: issuerOf(ports), port: ports.provider, clockOffsetFile, accounts: buildAccounts(),
    clients: DEMO_TENANTS.map((tenant) => ({
      clientId: tenant.name, displayName: tenant.displayName, redirectUris: [`${baseUrlOf(tenant, ports)}/v1/auth/callback`],
    })),
    jwk: kept?.jwk ?? (await generateJwk()),
    cookieKey: kept?.cookieKey ?? randomBytes(24).toString('base64url'),
  };
  writeFileSync(`${file}.new`, JSON.stringify(settings), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
