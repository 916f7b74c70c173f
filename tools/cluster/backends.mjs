// Postgres and Redis of `make cluster`, as an administrator would prepare them, and the login provider of the demo.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@scaiwave/database';
import { startEmbeddedRedis } from '@scaiwave/redis';
import { until } from '@scaiwave/testing';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import pg from 'pg';

const ROLES = fileURLToPath(new URL('../../docs/operating/roles.sql', import.meta.url));
const PROVIDER = fileURLToPath(new URL('../../apps/cli/dist/demo/dev-provider-main.js', import.meta.url));
const PEOPLE = [
  { tenant: 'acme', localId: 'alice', displayName: 'Alice', roles: [] },
  { tenant: 'acme', localId: 'bob', displayName: 'Bob', roles: ['admin'] },
  { tenant: 'globex', localId: 'carol', displayName: 'Carol', roles: ['admin'] },
];

/** @param push takes what ends each of them @returns the URLs that the chart's Secrets hold */
export async function startBackends(folder, push) {
  chmodSync(folder, 0o755); // Postgres may run as another user
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, 'postgres'), durable: false, maxConnections: 200 });
  push(() => postgres.kill9());
  const redis = await startEmbeddedRedis({ dataDir: join(folder, 'redis') });
  push(() => redis.kill9());
  const password = randomBytes(12).toString('hex');
  const as = (name) => Object.assign(new URL(postgres.url), { username: name, password, pathname: '/scaiwave' }).href;
  await runStatements(postgres.url, readFileSync(ROLES, 'utf8').replaceAll('change-me', password));
  return { DATABASE_URL: as('scaiwave_api'), DATABASE_FLEET_URL: as('scaiwave_operator'), DATABASE_OWNER_URL: as('scaiwave_owner'), REDIS_URL: redis.url };
}

// One after the other: CREATE DATABASE refuses to be one of several.
async function runStatements(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of sql.replaceAll(/^--.*$/gm, '').split(';').map((text) => text.trim())) if (statement !== '') await client.query(statement);
  await client.end();
}

/** One click per person, no passwords. @returns its issuer URL */
export async function startProvider(folder, { port, webPort }, push) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(privateKey);
  const issuer = `http://localhost:${port}`;
  const file = join(folder, 'login-provider.json');
  writeFileSync(file, JSON.stringify({
    issuer, port, clockOffsetFile: null, cookieKey: randomBytes(24).toString('base64url'), jwk: { ...jwk, alg: 'RS256', use: 'sig', kid: await calculateJwkThumbprint(jwk) },
    accounts: PEOPLE.map(({ tenant, localId, displayName, roles }) => ({ sub: `${localId}@${tenant}.localhost`, clientId: tenant, localId, displayName, roles })),
    clients: [...new Set(PEOPLE.map(({ tenant }) => tenant))].map((tenant) => ({ clientId: tenant, displayName: tenant, redirectUris: [`http://${tenant}.localhost:${webPort}/v1/auth/callback`] })),
  }), { mode: 0o600 });
  const child = spawn(process.execPath, [PROVIDER, file], { stdio: ['ignore', 'ignore', 'inherit'] });
  push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  await until('the login provider answers', () => {
    if (child.exitCode !== null) throw new Error(`The login provider ended. If port ${port} is in use, choose others with CLUSTER_PORT.`);
    return fetch(`${issuer}/.well-known/openid-configuration`).then((answer) => answer.ok, () => false);
  });
  return issuer;
}
