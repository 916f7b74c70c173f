import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ResourceSet } from '../resources/load-resources.js';
import { ConfigInForce, type Apply } from './config-in-force.js';
import { watchFolder } from './watch-folder.js';

const tenant = (name: string, more = ''): string =>
  `apiVersion: federation.scaiwave.io/v1alpha1\nkind: Tenant\nmetadata: {name: ${name}}\nspec:\n  serverName: ${name}.localhost\n  auth: {oidc: {issuer: "http://localhost:1", clientId: x}}\n${more}`;

describe('the configuration in force', () => {
  let folder: string;
  let applied: string[][];
  let apply: Apply;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-'));
    applied = [];
    apply = async (set: ResourceSet) => {
      applied.push(set.tenants.map((t) => t.name));
      return { changes: [], problems: [] };
    };
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('does not start with a folder that is wrong, and says everything at once', () => {
    writeFileSync(join(folder, 'a.yaml'), tenant('acme', '  suspnd: true\n  displayNam: x\n'));
    expect(() => new ConfigInForce(folder).readFirst()).toThrow(/suspnd is not a field[^]*displayNam is not a field/);
  });

  it('does not start without any tenant', () => {
    expect(() => new ConfigInForce(folder).readFirst()).toThrow(/has no Tenant/);
  });

  it('keeps what was right while a file is wrong, and takes the corrected one', async () => {
    writeFileSync(join(folder, 'a.yaml'), tenant('acme'));
    const config = new ConfigInForce(folder);
    config.readFirst();
    await config.applyFirst(apply);
    writeFileSync(join(folder, 'b.yaml'), tenant('globex', '  peering: {mode: Opn}\n'));
    expect(await config.refresh(apply)).toEqual([
      'b.yaml: spec.peering.mode is "Opn"; it must be Open, InviteOnly or Closed (did you mean Open?)',
      'the configuration stays as it was until this is corrected',
    ]);
    expect(applied).toEqual([['acme']]);
    writeFileSync(join(folder, 'b.yaml'), tenant('globex', '  peering: {mode: Open}\n'));
    expect(await config.refresh(apply)).toEqual([]);
    expect(applied).toEqual([['acme'], ['acme', 'globex']]);
  });

  it('lets a server_name change neither while it runs', async () => {
    writeFileSync(join(folder, 'a.yaml'), tenant('acme'));
    const config = new ConfigInForce(folder);
    config.readFirst();
    writeFileSync(join(folder, 'a.yaml'), tenant('acme').replace('acme.localhost', 'other.localhost'));
    expect((await config.refresh(apply))[0]).toContain('serverName cannot be changed');
  });

  it('says that applying failed and goes on', async () => {
    writeFileSync(join(folder, 'a.yaml'), tenant('acme'));
    const config = new ConfigInForce(folder);
    config.readFirst();
    const failing: Apply = () => Promise.reject(new Error('connection lost'));
    expect(await config.refresh(failing)).toEqual(['the configuration could not be applied: connection lost']);
  });
});

describe('watching a folder', () => {
  it('notices new, changed and removed files, each once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'watch-'));
    let notice: () => void = () => undefined;
    const stop = watchFolder(folder, async () => notice(), 5);
    const noticed = (change: () => void): Promise<void> => new Promise((resolve) => {
      notice = resolve;
      change();
    });
    await noticed(() => writeFileSync(join(folder, 'a.yaml'), '1'));
    await noticed(() => writeFileSync(join(folder, 'a.yaml'), '12'));
    await noticed(() => rmSync(join(folder, 'a.yaml')));
    await noticed(() => rmSync(folder, { recursive: true }));
    await stop();
  });
});
