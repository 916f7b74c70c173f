import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from './control-plane.js';

interface Schema {
  [keyword: string]: unknown;
  'x-kubernetes-group-version-kind'?: { group: string; version: string; kind: string }[];
}

type Schemas = Record<string, Schema>;

const ONE_SCHEMA = new Set(['items', 'not', 'additionalProperties']);
const LIST_OF_SCHEMAS = new Set(['allOf', 'oneOf', 'anyOf']);

/**
 * Writes what an apiserver says of its kinds as files for kubeconform, one schema per kind: `<group, or v1>/<kind>_<version>.json`.
 * They are strict: a field that is not described is refused.
 * @param apiVersions like `apps/v1`; the apiserver must serve them
 */
export async function exportSchemas(plane: ControlPlane, folder: string, apiVersions: Iterable<string>): Promise<void> {
  for (const apiVersion of apiVersions) {
    const path = `${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}`;
    const { status, body } = await plane.get(`/openapi/v3/${path}`);
    if (status !== 200) throw new Error(`the apiserver describes no ${apiVersion}: ${status}`);
    const { components } = JSON.parse(body) as { components: { schemas: Schemas } };
    const strict = mapValues(components.schemas, makeStrict);
    for (const [name, schema] of Object.entries(components.schemas)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        if ((group === '' ? version : `${group}/${version}`) !== apiVersion || kind.endsWith('List')) continue;
        const place = join(folder, group === '' ? 'v1' : group);
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, `${kind.toLowerCase()}_${version}.json`), JSON.stringify({ ...strict[name], definitions: definitionsOf(strict, name) }));
      }
    }
  }
}

/** OpenAPI's schema as a JSON schema that knows all fields. */
function makeStrict(schema: Schema): Schema {
  const made: Schema = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (!keyword.startsWith('x-')) made[keyword] = convert(keyword, value);
  }
  if (schema['x-kubernetes-int-or-string'] === true) {
    delete made['type'];
    made['oneOf'] = [{ type: 'integer' }, { type: 'string' }];
  }
  if (made['nullable'] === true && made['type'] !== undefined) made['type'] = [made['type'], 'null'];
  const isOpen = 'additionalProperties' in made || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (made['properties'] !== undefined && !isOpen) made['additionalProperties'] = false;
  return made;
}

function convert(keyword: string, value: unknown): unknown {
  if (keyword === '$ref') return String(value).replace('#/components/schemas/', '#/definitions/');
  if (keyword === 'properties') return mapValues(value as Schemas, makeStrict);
  if (LIST_OF_SCHEMAS.has(keyword)) return (value as Schema[]).map(makeStrict);
  if (ONE_SCHEMA.has(keyword) && typeof value === 'object') return makeStrict(value as Schema);
  return value;
}

/** All that a schema refers to, and what that refers to. */
function definitionsOf(schemas: Schemas, name: string): Schemas {
  const needed = new Set([name]);
  for (const each of needed) for (const [, reference = ''] of JSON.stringify(schemas[each]).matchAll(/"#\/definitions\/([^"]+)"/g)) needed.add(reference);
  return Object.fromEntries([...needed].map((each) => [each, schemas[each] as Schema]));
}

function mapValues(schemas: Schemas, change: (schema: Schema) => Schema): Schemas {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));
}
