import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from '@scaiwave/config';
import { Helm } from '@scaiwave/testing';
import { parseAllDocuments } from 'yaml';
import { findControlPlane } from '../../tools/control-plane/ensure.mjs';

export const CHART = fileURLToPath(new URL('../../charts/scaiwave', import.meta.url));
/** Kinds of other projects that the chart makes something of. */
export const FOREIGN = ['monitoring.coreos.com/v1', 'keda.sh/v1alpha1'];

export interface Rendered {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: any;
  data?: Record<string, string>;
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[];
}

export interface Workload {
  name: string;
  labels: Record<string, string>;
  pod: any;
}

/** helm as the control plane of the tests has it, else from PATH; null with the reason when there is none. */
export function findHelm(): { path: string } | { path: null; reason: string } {
  const plane = findControlPlane();
  const ours = 'folder' in plane ? join(plane.folder, 'helm') : '';
  const path = ours !== '' && existsSync(ours) ? ours : findProgram('helm');
  return path === null ? { path, reason: 'reason' in plane ? plane.reason : 'needs helm' } : { path };
}

/** The chart as text, in a namespace `scaiwave`. @param apis kinds that the cluster is said to know */
export async function render(helm: Helm, values: object = {}, apis: readonly string[] = FOREIGN): Promise<string> {
  return helm.run('template', 'scaiwave', CHART, '-n', 'scaiwave', '-f', helm.values(values), ...apis.flatMap((api) => ['--api-versions', api]));
}

export function parseRendered(text: string): Rendered[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Rendered | null).filter((object) => object !== null);
}

/** Everything that becomes pods, the template that the operator makes workers from too. */
export function workloadsOf(objects: readonly Rendered[]): Workload[] {
  return objects.flatMap(({ kind, metadata, spec, data }) => {
    if (kind === 'Deployment' || kind === 'Job') return [{ name: `${kind} ${metadata.name}`, labels: spec.template.metadata.labels, pod: spec.template.spec }];
    if (kind === 'Pod') return [{ name: `Pod ${metadata.name}`, labels: metadata.labels ?? {}, pod: spec }];
    if (data?.['pod.json'] === undefined) return [];
    const template = JSON.parse(data['pod.json']);
    return [{ name: 'workers', labels: template.metadata.labels, pod: template.spec }];
  });
}
