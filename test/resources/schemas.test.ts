import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildEffectiveTenant, type TenantSpec } from '@scaiwave/core';
import { parse } from 'yaml';

interface Schema {
  type?: string;
  description?: string;
  enum?: string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  minimum?: number;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
}

interface Crd {
  spec: {
    names: { shortNames: string[]; categories: string[] };
    versions: { subresources: object; additionalPrinterColumns: { name: string; priority?: number; jsonPath: string }[]; schema: { openAPIV3Schema: Schema } }[];
  };
}

const readCrd = (plural: string): Crd => parse(readFileSync(fileURLToPath(new URL(`../../crds/${plural}.federation.scaiwave.io.yaml`, import.meta.url)), 'utf8')) as Crd;
const versionOf = (plural: string): Crd['spec']['versions'][number] => readCrd(plural).spec.versions[0]!;

/** Every node of a schema with its path; entries of lists and maps end in `[]`. */
function nodesOf(schema: Schema, path: string): [string, Schema][] {
  const below = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => nodesOf(child, `${path}.${name}`));
  const entries = [schema.items, schema.additionalProperties].flatMap((child) => (child === undefined ? [] : nodesOf(child, `${path}[]`)));
  return [[path, schema], ...below, ...entries];
}

describe.each(['tenants', 'peers'])('the schema of %s', (plural) => {
  const { properties = {} } = versionOf(plural).schema.openAPIV3Schema;
  const spec = nodesOf(properties.spec!, 'spec');
  const all = [...spec, ...nodesOf(properties.status!, 'status')];
  const pathsOf = (nodes: [string, Schema][]): string[] => nodes.map(([path]) => path);

  test('describes every field', () => {
    expect(all.length).toBeGreaterThan(40);
    expect(pathsOf(all.filter(([path, { description = '' }]) => !path.endsWith('[]') && description.length < 5))).toEqual([]);
  });

  test('tells of every value of the spec its default, and whether it can be changed', () => {
    const values = spec.filter(([path, { type }]) => !path.endsWith('[]') && type !== 'object');
    expect(pathsOf(values.filter(([, { description = '' }]) => !(/Default|Required/.test(description) && /[Cc]hange/.test(description))))).toEqual([]);
  });

  test('bounds every text, list, map and number', () => {
    expect(pathsOf(all.filter(([, node]) => node.type === 'string' && node.maxLength === undefined && node.enum === undefined))).toEqual([]);
    expect(pathsOf(all.filter(([, node]) => node.type === 'array' && node.maxItems === undefined))).toEqual([]);
    expect(pathsOf(all.filter(([, node]) => node.additionalProperties !== undefined && node.maxProperties === undefined))).toEqual([]);
    expect(pathsOf(spec.filter(([, node]) => node.type === 'integer' && node.minimum === undefined))).toEqual([]);
  });

  test('keeps conditions by their type, so that two writers do not overwrite each other', () => {
    expect(properties.status?.properties?.conditions).toMatchObject({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] });
    expect(versionOf(plural).subresources).toEqual({ status: {} });
  });

  test('shows columns of fields that there are', () => {
    const paths = new Set(pathsOf(all));
    const shown = versionOf(plural).additionalPrinterColumns.map(({ jsonPath }) => jsonPath).filter((path) => !path.startsWith('.metadata') && !path.includes('[?('));
    expect(shown.filter((path) => !paths.has(path.slice(1)))).toEqual([]);
  });
});

test('kubectl finds both by their short names and as one category', () => {
  expect(readCrd('tenants').spec.names).toMatchObject({ shortNames: ['swt'], categories: ['scaiwave'] });
  expect(readCrd('peers').spec.names).toMatchObject({ shortNames: ['swp'], categories: ['scaiwave'] });
});

test('the columns, narrow and wide', () => {
  const columns = (plural: string, isWide: boolean): string[] => versionOf(plural).additionalPrinterColumns.filter(({ priority = 0 }) => isWide === priority > 0).map(({ name }) => name);
  expect(columns('tenants', false)).toEqual(['Server', 'Ready', 'Reason', 'Peering', 'Key', 'Workers', 'Backlog', 'Age']);
  expect(columns('tenants', true)).toEqual(['Next-Rotation', 'Message']);
  expect(columns('peers', false)).toEqual(['Tenant', 'Server', 'Ready', 'Reason', 'Trust', 'Backlog', 'Last-Seen', 'Last-Error', 'Age']);
  expect(columns('peers', true)).toEqual(['Endpoint', 'Message']);
});

test('the defaults that the descriptions tell are those that apply', () => {
  const least: TenantSpec = { serverName: 'acme.example', auth: { oidc: { issuer: 'https://id.example', clientId: 'x' } } };
  const effective = buildEffectiveTenant(least);
  const dedicated = [{}, { autoscaling: {} }].map((own) => buildEffectiveTenant({ ...least, workers: { mode: 'Dedicated', dedicated: own } }).workers);
  const valuesOf = (value: unknown, path: string): [string, unknown][] =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.entries(value).flatMap(([name, child]) => valuesOf(child, `${path}.${name}`)) : [[path, value]];
  const applied = new Map([...valuesOf(effective, 'spec'), ...dedicated.flatMap((workers) => valuesOf(workers, 'spec.workers').filter(([path]) => path !== 'spec.workers.mode'))]);
  const told = new Map(nodesOf(versionOf('tenants').schema.openAPIV3Schema.properties!.spec!, 'spec').map(([path, { description = '' }]) => [path, /Default: (\[\w+\]|\w+)/.exec(description)?.[1]]));
  const shown = (value: unknown): string => (Array.isArray(value) ? `[${value.join(', ')}]` : String(value));
  expect(applied.size).toBeGreaterThan(15);
  for (const [path, value] of applied) expect([path, path === 'spec.displayName' ? shown(least[told.get(path) as 'serverName']) : told.get(path)]).toEqual([path, shown(value)]);
});
