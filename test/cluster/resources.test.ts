import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '@scaiwave/testing';
import { BAD, BAD_CHANGES, GOOD, resourceOf, type Row } from '../resources/resource-table.js';
import { Cluster } from './cluster.js';
import { describeWithCluster, PROGRAMS } from './describe-with-cluster.js';

const EXAMPLES = fileURLToPath(new URL('../../docs/operating/examples/', import.meta.url));
const examples = readdirSync(EXAMPLES).filter((file) => file.endsWith('.yaml'));

describeWithCluster('the resources at a real apiserver', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start(PROGRAMS);
  });
  afterAll(() => cluster.stop());

  describe('what is let through and what is refused', () => {
    const answers = new Map<Row, string>();

    /** All rows by one kubectl; what it says of a row begins with the row's file, or with its kind and name. */
    async function apply(rows: readonly Row[], label: string): Promise<void> {
      const folder = join(cluster.plane.folder, label);
      mkdirSync(folder);
      rows.forEach((row, index) => writeFileSync(join(folder, `${index}.json`), JSON.stringify(resourceOf({ ...row, name: row.name ?? `${label}-${index}` }, 'default'))));
      const { stdout, stderr } = await cluster.kubectl.try(['apply', '--dry-run=server', '-f', folder]);
      const blocks = `${stdout}\n${stderr}`.split(/\n(?=The |Error from server|error: |\S+\.federation\.scaiwave\.io\/)/);
      rows.forEach((row, index) => {
        const name = row.name ?? `${label}-${index}`;
        answers.set(row, blocks.filter((block) => block.includes(`"${name}"`) || block.includes(`/${name} `) || block.includes(`/${index}.json`)).join('\n'));
      });
    }

    beforeAll(async () => {
      await apply(GOOD, 'good');
      await apply(BAD, 'bad');
      for (const [index, row] of BAD_CHANGES.entries()) await cluster.kubectl.apply(resourceOf({ ...row, spec: row.before, name: `change-${index}` }, 'default'));
      await apply(BAD_CHANGES, 'change');
      await cluster.kubectl.run(['delete', 'tenants,peers', '--all', '-n', 'default']);
    });

    test.each(GOOD)('a $kind with $what is let through', (row) => expect(answers.get(row)).toMatch(/created \(server dry run\)/));

    test.each([...BAD, ...BAD_CHANGES])('a $kind with $what is refused', (row) => {
      const answer = answers.get(row) ?? '';
      expect(answer).not.toContain('server dry run');
      expect(answer).toContain(row.field);
      expect(answer).toContain(row.sentence ?? 'spec.');
    });
  });

  test.each(['tenant.spec.signing.rotation', 'tenant.spec.peering.mode', 'tenant.spec.workers.dedicated.autoscaling.minReplicas', 'tenant.status.severance', 'peer.spec.trust.pins.notAfter', 'peer.status.lastError'])('kubectl explain %s tells something', async (field) => {
    expect(await cluster.kubectl.run(['explain', field])).toMatch(/DESCRIPTION:\n +\S[^\n]{10,}/);
  });

  test('kubectl explain has something to tell for every field', async () => {
    interface Node { description?: string; properties?: Record<string, Node>; items?: Node }
    const { components } = JSON.parse((await cluster.plane.get('/openapi/v3/apis/federation.scaiwave.io/v1alpha1')).body) as { components: { schemas: Record<string, Node> } };
    const silent = (node: Node | undefined, path: string): string[] => [
      ...Object.entries(node?.properties ?? {}).flatMap(([name, child]) => [...(child.description ? [] : [`${path}.${name}`]), ...silent(child, `${path}.${name}`)]),
      ...(node?.items ? silent(node.items, path) : []),
    ];
    for (const kind of ['Tenant', 'Peer']) {
      const { properties = {} } = components.schemas[`io.scaiwave.federation.v1alpha1.${kind}`] ?? {};
      expect(Object.keys(properties)).toEqual(expect.arrayContaining(['spec', 'status']));
      expect([...silent(properties.spec, 'spec'), ...silent(properties.status, 'status')]).toEqual([]);
    }
  });

  describe('the examples', () => {
    beforeAll(async () => {
      await cluster.startOperator();
      await cluster.kubectl.run(['apply', '-f', EXAMPLES]);
      await cluster.kubectl.run(['apply', '--dry-run=server', '-f', EXAMPLES]);
    });

    test.each(examples)('what is in %s is accepted', async (file) => {
      const text = await cluster.kubectl.run(['get', '-f', join(EXAMPLES, file), '-o', 'json']);
      const { items } = JSON.parse(text.includes('"items"') ? text : `{"items":[${text}]}`) as { items: { kind: string; metadata: { name: string; namespace: string } }[] };
      const ours = items.filter(({ kind }) => kind !== 'Namespace');
      expect(ours.length).toBeGreaterThan(0);
      for (const { kind, metadata } of ours) await cluster.wait(`${kind.toLowerCase()}/${metadata.name}`, metadata.namespace, 'Accepted');
    });

    test('each tenant of them echoes its defaults', async () => {
      await until('they are echoed', async () => (await cluster.kubectl.run(['get', 'tenant', '-n', 'tenant-acme', 'acme', '-o', 'jsonpath={.status.effective}'])) !== '');
      const { status } = await cluster.kubectl.get<{ status: { effective: object } }>('-n', 'tenant-acme', 'tenant', 'acme');
      expect(status.effective).toMatchObject({
        displayName: 'chat.acme.example', suspend: false, signing: { rotation: { interval: '8760h', publishLead: '24h', overlap: '168h' } }, workers: { mode: 'Shared' },
        peering: { mode: 'InviteOnly', maxForeignParticipantsPerRoom: 50, directory: 'Peers', thirdPartyServers: 'Any', decidedBy: { mode: 'Default' } },
        delivery: { timeout: '30s', backoff: { initial: '1s', max: '15m' } }, deletionPolicy: { keys: 'Retain', queue: 'Drain', drainTimeout: '10m' },
      });
    });
  });
});
