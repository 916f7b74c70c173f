import { createHash } from 'node:crypto';
import { ANNOTATIONS, type Deployment, type PodTemplate } from '../kinds.js';

/** Which version of the chart's pod template a Deployment was made from. */
export function templateHash(template: PodTemplate): string {
  return createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16);
}

/** Does the chart's template, not the tenant, ask for new pods? Where none are wanted, as while a tenant is suspended, nothing rolls. */
export function isRelease(wanted: Deployment, present: Deployment | null): boolean {
  return present !== null && wanted.spec.replicas !== 0 && present.metadata.annotations?.[ANNOTATIONS.template] !== wanted.metadata.annotations?.[ANNOTATIONS.template];
}

/** Is it between its old pods and its new ones? What has run out of time does not count: it would hold up everybody else for ever. */
export function isRolling({ metadata, status = {} }: Deployment): boolean {
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return true;
  const progress = status.conditions?.find(({ type }) => type === 'Progressing');
  return progress !== undefined && progress.status !== 'False' && progress.reason !== 'NewReplicaSetAvailable';
}
