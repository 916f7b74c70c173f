import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadKindSchemas } from './crd-schemas.js';
import { indexResources, loadResources, type LoadedResources } from './load-resources.js';
import { formatProblem } from './problem.js';

const schemas = loadKindSchemas(fileURLToPath(new URL('../../../../crds', import.meta.url)));
const HEAD = 'apiVersion: federation.scaiwave.io/v1alpha1\n';
const tenant = (spec: string, name = 'acme'): string =>
  `${HEAD}kind: Tenant\nmetadata: {name: ${name}}\nspec:\n  serverName: ${name}.localhost\n  auth: {oidc: {issuer: "http://localhost:1", clientId: ${name}}}\n${spec}`;
const peer = (spec: string, name = 'p1'): string => `${HEAD}kind: Peer\nmetadata: {name: ${name}}\nspec:\n  tenantRef: {name: acme}\n${spec}`;

describe('a config folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'config-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function load(files: Record<string, string>, previous: LoadedResources | null = null): LoadedResources {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return loadResources(folder, schemas, previous?.ok ? indexResources(previous.set) : new Map());
  }
  function sentences(loaded: LoadedResources): string[] {
    return loaded.ok ? [] : loaded.problems.map(formatProblem);
  }

  it('gives the tenants and peers of all its files and documents', () => {
    const loaded = load({ 'a.yaml': `${tenant('')}---\n${peer('  serverName: x.localhost:9\n')}`, 'b.yml': tenant('', 'globex'), 'notes.txt': '{' });
    expect(loaded).toMatchObject({ ok: true, set: { tenants: [{ key: 'default/acme' }, { key: 'default/globex' }], peers: [{ spec: { serverName: 'x.localhost:9' } }] } });
  });

  it.each([
    ['a field that is not there', '  peering: {moed: Open}\n', 'acme.yaml: spec.peering.moed is not a field of Tenant; did you mean mode?'],
    ['a value in the wrong case', '  peering: {mode: open}\n', 'acme.yaml: spec.peering.mode is "open"; it must be Open, InviteOnly or Closed (did you mean Open?)'],
    ['a word instead of a truth value', '  suspend: "yes"\n', 'acme.yaml: spec.suspend must be true or false, not "yes"'],
    ['a number that is too large', '  peering: {maxBackfillEventsPerRequest: 5000}\n', 'acme.yaml: spec.peering.maxBackfillEventsPerRequest must be at most 1000'],
    ['a server both allowed and blocked', '  peering: {allowedServers: [a.test, b.test], blockedServers: [b.test]}\n', 'acme.yaml: spec.peering: a server cannot be in allowedServers and in blockedServers at once; take it out of one of them'],
    ['one server allowed twice', '  peering: {allowedServers: [a.test, a.test]}\n', 'acme.yaml: spec.peering.allowedServers lists "a.test" twice'],
    ['an overlap that is longer than the interval', '  signing: {rotation: {interval: 100h}}\n', 'acme.yaml: spec.signing.rotation: publishLead and overlap together must be shorter than interval (or interval 0s: rotate by hand)'],
    ['a first wait longer than the longest', '  delivery: {backoff: {initial: 20m}}\n', 'acme.yaml: spec.delivery.backoff: initial must not be longer than max'],
    ['dedicated workers in the shared mode', '  workers: {dedicated: {replicas: 2}}\n', 'acme.yaml: spec.workers: dedicated is only used with mode: Dedicated; set the mode or take dedicated out'],
    ['more workers at least than at most', '  workers: {mode: Dedicated, dedicated: {autoscaling: {minReplicas: 11}}}\n', 'acme.yaml: spec.workers.dedicated.autoscaling: minReplicas must not be more than maxReplicas'],
  ])('names %s', (_, spec, sentence) => {
    expect(sentences(load({ 'acme.yaml': tenant(spec) }))).toEqual([sentence]);
  });

  it.each([
    ['Chat.Acme.example', 'spec.serverName "Chat.Acme.example" is not valid: The name under which'],
    ['10.0.0.1', 'spec.serverName: serverName must be a DNS name, not an IP address'],
    ['a.test:70000', 'spec.serverName: the port in serverName must be at most 65535'],
    ['a.test.', 'spec.serverName "a.test." is not valid'],
  ])('refuses %s as a server name', (serverName, sentence) => {
    const [problem] = sentences(load({ 'acme.yaml': tenant('').replace('serverName: acme.localhost', `serverName: "${serverName}"`) }));
    expect(problem).toContain(`acme.yaml: ${sentence}`);
  });

  it.each([
    ['metadata: {name: acme}\nspec: {}', 'spec.serverName is missing'],
    ['metadata: {name: acme}\nspec: {}', 'spec.auth is missing'],
    ['spec: {}', 'metadata is missing'],
  ])('names what is missing in %j', (rest, sentence) => {
    expect(sentences(load({ 'acme.yaml': `${HEAD}kind: Tenant\n${rest}\n` })).join('\n')).toContain(sentence);
  });

  it.each([
    [`${HEAD}kind: Tenent\n`, 'acme.yaml: kind must be Tenant or Peer, not "Tenent"; did you mean Tenant?'],
    ['apiVersion: v1\nkind: Secret\n', 'acme.yaml: apiVersion must be federation.scaiwave.io/v1alpha1, not "v1"'],
    ['- 1\n', 'acme.yaml: is not a resource: it must have apiVersion, kind, metadata and spec'],
    ['a: 1\na: 2\n', 'acme.yaml: line 2 is not valid YAML: Map keys must be unique'],
    ['a: [1\n', 'acme.yaml: line 2 is not valid YAML:'],
  ])('refuses %j', (text, sentence) => {
    expect(sentences(load({ 'acme.yaml': text })).join('\n')).toContain(sentence);
  });

  it('says which document of a file is wrong', () => {
    expect(sentences(load({ 'all.yaml': `${tenant('')}---\n${tenant('  suspnd: true\n', 'globex')}` })))
      .toEqual(['all.yaml (document 2): spec.suspnd is not a field of Tenant; did you mean suspend?']);
  });

  it('finds a server_name, a tenant and a peer that are there twice', () => {
    const twice = load({ 'a.yaml': tenant(''), 'b.yaml': tenant('', 'globex').replace('globex.localhost', 'acme.localhost'), 'c.yaml': tenant('') });
    expect(sentences(twice)).toEqual([
      'c.yaml: there is already a Tenant called acme in a.yaml',
      'b.yaml: spec.serverName acme.localhost is already taken by the Tenant acme in a.yaml',
      'c.yaml: spec.serverName acme.localhost is already taken by the Tenant acme in a.yaml',
    ]);
  });

  it('finds peers without a tenant, declared twice, or that are the tenant itself', () => {
    const spec = '  serverName: x.test\n';
    expect(sentences(load({
      'a.yaml': tenant(''), 'b.yaml': peer(spec), 'c.yaml': peer(spec, 'p2'), 'd.yaml': peer('  serverName: acme.localhost\n', 'p3'),
      'e.yaml': peer('  serverName: y.test\n', 'p4').replace('name: acme}', 'name: acmee}'),
    }))).toEqual([
      'c.yaml: spec.serverName x.test is already declared for this tenant by the Peer p1 in b.yaml',
      'd.yaml: spec.serverName acme.localhost is the tenant itself; a tenant cannot be its own peer',
      'e.yaml: spec.tenantRef.name acmee is no Tenant of this folder (namespace default); did you mean acme?',
    ]);
  });

  it('refuses pins without the mode, the mode without pins, and plain http to a public name', () => {
    const pin = `pins: [{fingerprint: "SHA256:${'A'.repeat(43)}"}]`;
    expect(sentences(load({ 'a.yaml': tenant(''), 'b.yaml': peer(`  serverName: x.test\n  trust: {${pin}}\n`) }))).toEqual(['b.yaml: spec.trust: pins are only used with mode: Pinned; set the mode or take pins out']);
    expect(sentences(load({ 'b.yaml': peer('  serverName: x.test\n  trust: {mode: Pinned}\n') }))).toEqual(['b.yaml: spec.trust: mode: Pinned needs at least one entry in pins']);
    expect(sentences(load({ 'b.yaml': peer('  serverName: x.test\n  endpoint: {url: "http://x.example"}\n') }))[0]).toContain('b.yaml: spec.endpoint.url "http://x.example" is not valid');
    expect(load({ 'b.yaml': peer(`  serverName: x.test\n  endpoint: {url: "http://x.localhost:8081", private: true}\n  trust: {mode: Pinned, ${pin}}\n`) }).ok).toBe(true);
  });

  it('does not let a server_name change', () => {
    const first = load({ 'a.yaml': tenant('') });
    const second = load({ 'a.yaml': tenant('').replace('acme.localhost', 'other.localhost') }, first);
    expect(sentences(second)).toEqual(['a.yaml: spec.serverName: serverName cannot be changed: other servers know this tenant by it; make a new Tenant instead']);
  });

  it('says when the folder is not there', () => {
    expect(sentences(loadResources(join(folder, 'nowhere'), schemas, new Map()))).toEqual([`${join(folder, 'nowhere')}: does not exist`]);
  });
});
