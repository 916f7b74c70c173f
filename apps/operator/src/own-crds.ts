import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { KubeClient } from './kube/kube-client.js';
import { PEER, TENANT } from './kinds.js';

/** The CRDs that belong to this version. */
const CRD_FOLDER = fileURLToPath(new URL('../../../crds', import.meta.url));
const MAX_NAMED = 5;

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

/**
 * What this operator needs and the CRDs of the cluster do not have, as a sentence; null when there is nothing. A field that a CRD does not
 * know is pruned from specs without a word, and makes the apiserver refuse whole statuses.
 */
export async function findOutdatedCrds(client: KubeClient): Promise<string | null> {
  const theirs = await client.readSchemas(TENANT.apiVersion);
  const missing: string[] = [];
  for (const { kind } of [TENANT, PEER]) {
    const published = theirs.get(kind);
    if (published === undefined) return `The apiserver does not publish the schema of ${kind} yet; waiting.`;
    missing.push(...listMissing(ownSchemas().get(kind) ?? {}, published as Schema, kind));
  }
  if (missing.length === 0) return null;
  const named = missing.length > MAX_NAMED ? `${missing.slice(0, MAX_NAMED).join(', ')} and ${missing.length - MAX_NAMED} more` : missing.join(', ');
  return `The CRDs of the cluster are older than this operator: they do not know ${named}. Apply the CRDs of this version (helm upgrade with crds.enabled, or kubectl apply --server-side -f crds/).`;
}

function ownSchemas(): Map<string, Schema> {
  const crds = readdirSync(CRD_FOLDER).filter((file) => file.endsWith('.yaml')).map((file) => parse(readFileSync(join(CRD_FOLDER, file), 'utf8')) as {
    spec: { names: { kind: string }; versions: { schema: { openAPIV3Schema: Schema } }[] };
  });
  return new Map(crds.map(({ spec }) => [spec.names.kind, spec.versions[0]?.schema.openAPIV3Schema ?? {}]));
}

/** Paths of the fields that `ours` has and `theirs` has not; of a missing object only itself. The metadata are Kubernetes' own. */
export function listMissing(ours: Schema, theirs: Schema, path: string): string[] {
  const fields = Object.entries(ours.properties ?? {}).flatMap(([name, schema]) => {
    const other = theirs.properties?.[name];
    if (name === 'metadata') return [];
    return other === undefined ? [`${path}.${name}`] : listMissing(schema, other, `${path}.${name}`);
  });
  return ours.items === undefined ? fields : [...fields, ...listMissing(ours.items, theirs.items ?? {}, `${path}[]`)];
}
