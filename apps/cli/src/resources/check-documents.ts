import type { PeerSpec, TenantSpec } from '@scaiwave/core';
import { checkRules } from './check-rules.js';
import { API_VERSION, KINDS, type Kind, type KindSchema } from './crd-schemas.js';
import { findNearestName } from './nearest-name.js';
import type { Problem } from './problem.js';
import type { ConfigDocument } from './read-config-folder.js';
import { schemaSentence } from './schema-sentence.js';

interface Common {
  file: string;
  document: number | null;
  /** `namespace/name`; a file without namespace is in `default`. */
  key: string;
  namespace: string;
  name: string;
}
export type TenantResource = Common & { kind: 'Tenant'; spec: TenantSpec };
export type PeerResource = Common & { kind: 'Peer'; spec: PeerSpec };
export type Resource = TenantResource | PeerResource;

type Checked = { ok: true; resource: Resource } | { ok: false; problems: Problem[] };

function findKind(value: unknown): { kind: Kind } | { sentence: string } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return { sentence: 'is not a resource: it must have apiVersion, kind, metadata and spec' };
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  if (apiVersion !== API_VERSION) return { sentence: `apiVersion must be ${API_VERSION}, not ${JSON.stringify(apiVersion ?? null)}` };
  if (!KINDS.includes(kind as Kind)) {
    const near = typeof kind === 'string' ? findNearestName(kind, KINDS) : null;
    return { sentence: `kind must be Tenant or Peer, not ${JSON.stringify(kind ?? null)}${near ? `; did you mean ${near}?` : ''}` };
  }
  return { kind: kind as Kind };
}

/**
 * Checks one document against its kind's schema and CEL rules.
 * @param previous the resources in force, so that rules about changes (immutable fields) can be judged
 */
export function checkDocument(doc: ConfigDocument, schemas: Map<Kind, KindSchema>, previous: ReadonlyMap<string, Resource>): Checked {
  const fail = (...sentences: string[]): Checked =>
    ({ ok: false, problems: sentences.map((sentence) => ({ file: doc.file, document: doc.document, sentence })) });
  const found = findKind(doc.value);
  if ('sentence' in found) return fail(found.sentence);
  const { kind } = found;
  const { schema, validate } = schemas.get(kind)!;
  if (!validate(doc.value)) return fail(...new Set((validate.errors ?? []).map((error) => schemaSentence(kind, error))));
  const { metadata, spec } = doc.value as { metadata: { name: string; namespace?: string }; spec: never };
  const namespace = metadata.namespace ?? 'default';
  const key = `${namespace}/${metadata.name}`;
  const old = previous.get(`${kind} ${key}`);
  const broken = checkRules({ schema, value: { metadata, spec }, old: old && { metadata: { name: old.name }, spec: old.spec }, path: '' });
  if (broken.length > 0) return fail(...broken);
  return { ok: true, resource: { file: doc.file, document: doc.document, key, namespace, name: metadata.name, kind, spec } };
}

function repeated(resources: Resource[], nameOf: (r: Resource) => string, sentence: (r: Resource, first: Resource) => string): Problem[] {
  const seen = new Map<string, Resource>();
  const problems: Problem[] = [];
  for (const resource of resources) {
    const first = seen.get(nameOf(resource));
    if (first) problems.push({ file: resource.file, document: resource.document, sentence: sentence(resource, first) });
    else seen.set(nameOf(resource), resource);
  }
  return problems;
}

/** Checks what only the whole set can show: names used twice, a server_name claimed twice, a Peer without its Tenant. */
export function checkTogether(resources: Resource[]): Problem[] {
  const tenants = resources.filter((r) => r.kind === 'Tenant');
  const peers = resources.filter((r) => r.kind === 'Peer');
  const tenantKeys = new Map(tenants.map((t) => [t.key, t]));
  const tenantOf = (peer: PeerResource): string => `${peer.namespace}/${peer.spec.tenantRef.name}`;
  const place = (r: Resource): string => r.file;
  const problems = [
    ...repeated(resources, (r) => `${r.kind} ${r.key}`, (r, first) => `there is already a ${r.kind} called ${r.name} in ${place(first)}`),
    ...repeated(tenants, (t) => t.spec.serverName, (t, first) => `spec.serverName ${t.spec.serverName} is already taken by the Tenant ${first.name} in ${place(first)}`),
    ...repeated(peers, (p) => `${tenantOf(p as PeerResource)} ${p.spec.serverName}`,
      (p, first) => `spec.serverName ${p.spec.serverName} is already declared for this tenant by the Peer ${first.name} in ${place(first)}`),
  ];
  for (const peer of peers) {
    const sentence = peerSentence(peer, tenantKeys.get(tenantOf(peer)), [...tenantKeys.values()].map((t) => t.name));
    if (sentence) problems.push({ file: peer.file, document: peer.document, sentence });
  }
  return problems;
}

function peerSentence(peer: PeerResource, tenant: TenantResource | undefined, names: string[]): string | null {
  if (!tenant) {
    const near = findNearestName(peer.spec.tenantRef.name, names);
    return `spec.tenantRef.name ${peer.spec.tenantRef.name} is no Tenant of this folder (namespace ${peer.namespace})${near ? `; did you mean ${near}?` : ''}`;
  }
  if (tenant.spec.serverName === peer.spec.serverName) return `spec.serverName ${peer.spec.serverName} is the tenant itself; a tenant cannot be its own peer`;
  return null;
}
