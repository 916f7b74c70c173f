import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ReportTenants, type TenantReport } from '@scaiwave/core';
import type { Database } from '@scaiwave/database';
import { startTestIssuer, type TestIssuer } from '@scaiwave/testing';
import type { Browser, Page } from 'playwright-core';
import { parse } from 'yaml';
import { ApiWorld } from '../integration/api-world.js';
import { launchBrowser, openWindow, screenshot, seriousProblems, WEB_DIST } from './browser.js';
import { failsWellAndRecovers } from './failing-api.js';

const HOST = 'provider.localhost';
const AT = '2026-11-02T08:00:00Z';

jest.setTimeout(200_000);

const fine = ['Accepted', 'ResolvedRefs', 'KeysReady', 'PolicyProgrammed', 'WorkersReady', 'Exposed', 'DeliveryHealthy', 'Active'];
function reportOf(name: string, trouble?: { type: string; reason: string; message: string }): TenantReport {
  const conditions = fine.map((type) => (type === trouble?.type ? { ...trouble, status: 'False' as const, lastTransitionTime: AT } : { type, status: 'True' as const, reason: type === 'Accepted' ? 'Accepted' : 'Ready', message: '', lastTransitionTime: AT }));
  return {
    resource: `tenant-${name}/${name}`, serverName: `chat.${name}.example`, ready: trouble ? 'False' : 'True', reason: trouble?.reason ?? 'Ready', message: trouble?.message ?? '',
    status: { observedGeneration: 3, conditions, keys: { active: 'ed25519:2026a' }, workers: { mode: 'Shared', replicas: 2, readyReplicas: 2 } },
    spec: { serverName: `chat.${name}.example`, displayName: name, auth: { oidc: { issuer: `https://id.${name}.example`, clientId: 'scaiwave', clientSecretRef: { name: 'oidc' } } }, peering: { mode: 'InviteOnly', blockedServers: ['*.evil.example'] } },
  };
}

/** A morning of somebody who runs the installation; every test goes on where the one before it ended. */
describe('the provider’s view', () => {
  let world: ApiWorld;
  let issuer: TestIssuer;
  let browser: Browser;
  let olga: Page;
  let database: Database;
  let reports: ReportTenants;
  const problems: string[] = [];
  const address = (path = '') => `http://${HOST}:${world.api.port}${path}`;
  const table = () => olga.getByRole('table', { name: 'Tenants' });
  const signsIn = (roles: string[]) => issuer.signInAs({ sub: 'olga', preferred_username: 'olga', name: 'Olga Ops', roles, now: world.clock.now() });
  const tell = async (...told: TenantReport[]) => {
    for (const report of told) reports.note(report);
    await reports.flush();
  };

  beforeAll(async () => {
    issuer = await startTestIssuer();
    world = await ApiWorld.create({ env: { WEB_DIST, PROVIDER_HOST: HOST, PROVIDER_OIDC_ISSUER: issuer.url, PROVIDER_OIDC_CLIENT_ID: 'fleet', PROVIDER_ROLES: 'fleet' }, tenants: ['chat.acme', 'chat.globex', 'chat.hooli', 'chat.initech', 'chat.umbrella'] });
    database = world.openDatabase();
    reports = new ReportTenants(database, world.clock);
    browser = await launchBrowser();
    olga = await openWindow(browser, { who: 'olga', problems });
  });

  afterAll(async () => {
    await browser?.close();
    await database?.close();
    await world?.close();
    await issuer?.close();
  });

  it('asks whoever comes to its host to sign in, and refuses who lacks the role with what to do', async () => {
    await olga.goto(address('/'));
    await olga.getByRole('heading', { name: 'Sign in to the provider’s view' }).waitFor();
    expect(new URL(olga.url()).pathname).toBe('/provider');
    signsIn(['staff']);
    await olga.getByRole('button', { name: 'Sign in' }).click();
    await olga.getByRole('alert').getByText(/Ask whoever manages your accounts for the role/).waitFor();
    expect(await seriousProblems(olga)).toEqual([]);
    signsIn(['fleet']);
    await olga.getByRole('button', { name: 'Sign in' }).click();
    await olga.getByText('There is no tenant yet.').waitFor();
    expect(await seriousProblems(olga)).toEqual([]);
  });

  it('shows every tenant as it is told, while it is being looked at', async () => {
    await world.database.rows(`UPDATE tenants SET resource = 'tenant-' || split_part(server_name, '.', 2) || '/' || split_part(server_name, '.', 2)`);
    await world.database.rows(`INSERT INTO key_rotations (tenant_id, next_rotation_at) SELECT id, now() + interval '90 days 1 hour' FROM tenants`);
    const tenant = (await world.database.rows<{ id: string }>(`SELECT id FROM tenants WHERE server_name = 'chat.acme.test'`))[0]!.id;
    await world.database.rows(`INSERT INTO peers (tenant_id, server_name, admin_state, verdict, failing_since, last_error_code, created_at) VALUES ($1, 'chat.partner.example', 'active', 'down', now(), 'SW_FED_PEER_UNREACHABLE', now())`, [tenant]);
    await world.database.rows(`INSERT INTO control_events (tenant_id, server_name, out_seq, id, type, origin_ts, payload, content, created_at) SELECT $1, 'chat.partner.example', n, gen_random_uuid(), 'swp.room.invite', 0, '{}', '{}', now() - interval '12 minutes' FROM generate_series(1, 4) AS n`, [tenant]);
    await tell(
      reportOf('acme'), reportOf('globex', { type: 'ResolvedRefs', reason: 'SecretNotFound', message: 'The Secret oidc is not in the namespace tenant-globex. Create it with the client secret under the key clientSecret.' }),
      ...['hooli', 'initech', 'umbrella'].map((name) => reportOf(name)),
    );
    await table().getByRole('row', { name: /acme/ }).getByText('in 90 days').waitFor();
    await table().getByRole('row', { name: /globex/ }).getByText('SecretNotFound').waitFor();
    expect(await table().getByRole('row').count()).toBe(6);
    await screenshot(olga, 'provider-tenants');
    await tell(reportOf('globex'));
    await olga.getByRole('radio', { name: 'Not ready (0)' }).waitFor({ state: 'attached' });
    await tell(reportOf('globex', { type: 'ResolvedRefs', reason: 'SecretNotFound', message: 'The Secret oidc is not in the namespace tenant-globex.' }));
    await olga.getByRole('radio', { name: 'Not ready (1)' }).waitFor({ state: 'attached' });
  });

  it('finds the ones with trouble, and a tenant by its name, in an address that can be kept', async () => {
    await olga.getByText('Failing (1)', { exact: true }).click();
    await table().getByRole('row', { name: /globex/ }).waitFor({ state: 'detached' });
    expect(await table().getByRole('row').count()).toBe(2);
    await olga.getByText('Not ready (1)', { exact: true }).click();
    await table().getByRole('row', { name: /globex/ }).waitFor();
    await olga.goto(address('/provider?q=initech'));
    await table().getByRole('row', { name: /initech/ }).waitFor();
    await olga.getByRole('textbox', { name: 'Find a tenant' }).fill('nobody');
    await olga.getByText('No tenant matches.').waitFor();
    await olga.getByRole('button', { name: 'Clear' }).click();
    await table().getByRole('row', { name: /acme/ }).waitFor();
  });

  it('opens a tenant with its conditions and the YAML that made it, to be copied', async () => {
    await olga.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: address() });
    await olga.getByRole('link', { name: 'Details of tenant-globex/globex' }).click();
    await olga.getByRole('table', { name: 'Conditions' }).getByRole('row', { name: /ResolvedRefs/ }).getByText(/not in the namespace tenant-globex/).waitFor();
    await olga.setViewportSize({ width: 1440, height: 1300 });
    await screenshot(olga, 'provider-tenant');
    await olga.getByRole('button', { name: 'Copy' }).click();
    await olga.getByRole('button', { name: 'Copied' }).waitFor();
    expect(parse(await olga.evaluate<string>('navigator.clipboard.readText()'))).toMatchObject({ kind: 'Tenant', metadata: { name: 'globex', namespace: 'tenant-globex' }, spec: reportOf('globex').spec });
    await olga.goto(address('/provider/tenant-acme/acme'));
    await olga.getByRole('table', { name: 'Peers that fail' }).getByText('chat.partner.example').waitFor();
    await olga.goto(address('/provider/tenant-nobody/nobody'));
    await olga.getByText('SW_NOT_FOUND').waitFor();
  });

  it.each(['light', 'dark'] as const)('has nothing that axe finds serious, and fits a narrow screen, in %s', async (colorScheme) => {
    await olga.emulateMedia({ colorScheme });
    for (const [path, settled] of [['/provider', 'SecretNotFound'], ['/provider/tenant-globex/globex', 'ed25519:2026a']] as const) {
      for (const [size, viewport] of [['wide', { width: 1440, height: 900 }], ['narrow', { width: 380, height: 780 }]] as const) {
        await olga.setViewportSize(viewport);
        await olga.goto(address(path));
        await olga.getByText(settled).first().waitFor();
        expect([path, size, await seriousProblems(olga)]).toEqual([path, size, []]);
        expect([path, size, await olga.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth')]).toEqual([path, size, 0]);
      }
    }
  });

  it('says why the tenants or one of them cannot be loaded, and loads when asked again', async () => {
    await olga.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await olga.setViewportSize({ width: 1440, height: 900 });
    await olga.clock.install();
    await failsWellAndRecovers(olga, { name: 'provider-tenants', within: olga.getByRole('main'), path: /\/provider\/tenants(\?|$)/, open: () => olga.goto(address('/provider')).then(() => {}) });
    await failsWellAndRecovers(olga, { name: 'provider-tenant', within: olga.getByRole('main'), path: /\/provider\/tenants\/./, open: () => olga.goto(address('/provider/tenant-globex/globex')).then(() => {}) });
  });

  it('ends with the session, and is not to be found where a tenant is', async () => {
    await olga.setViewportSize({ width: 1440, height: 900 });
    await olga.getByRole('button', { name: 'Sign out' }).click();
    await olga.getByRole('heading', { name: 'Sign in to the provider’s view' }).waitFor();
    await olga.goto(`http://tenant.localhost:${world.api.port}/provider`);
    await olga.getByText('There is no provider’s view at this address.').waitFor();
    expect(problems).toEqual([]);
  });
});
