import { checkDocument, checkTogether, type PeerResource, type Resource, type TenantResource } from './check-documents.js';
import type { Kind, KindSchema } from './crd-schemas.js';
import type { Problem } from './problem.js';
import { readConfigFolder } from './read-config-folder.js';

/** A config folder that is right as a whole; partly wrong folders are never applied. */
export interface ResourceSet {
  tenants: TenantResource[];
  peers: PeerResource[];
}
export type LoadedResources = { ok: true; set: ResourceSet } | { ok: false; problems: Problem[] };

/** The set as a map by kind and key, the shape in which the next load compares with it. */
export function indexResources(set: ResourceSet): Map<string, Resource> {
  return new Map([...set.tenants, ...set.peers].map((resource) => [`${resource.kind} ${resource.key}`, resource]));
}

/**
 * Reads and checks a whole config folder and reports every problem at once.
 * @param previous the set in force, for rules about changes; empty on the first load
 */
export function loadResources(folder: string, schemas: Map<Kind, KindSchema>, previous: ReadonlyMap<string, Resource>): LoadedResources {
  const { documents, problems } = readConfigFolder(folder);
  const resources: Resource[] = [];
  for (const document of documents) {
    const checked = checkDocument(document, schemas, previous);
    if (checked.ok) resources.push(checked.resource);
    else problems.push(...checked.problems);
  }
  // A Peer whose Tenant is itself broken would only repeat the first problem.
  if (problems.length === 0) problems.push(...checkTogether(resources));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    set: { tenants: resources.filter((r) => r.kind === 'Tenant'), peers: resources.filter((r) => r.kind === 'Peer') },
  };
}
