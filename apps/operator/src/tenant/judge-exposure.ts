import { INGRESS_CLASS, type HttpRoute, type PlainObject } from '../child-kinds.js';
import type { Finding } from '../kube/conditions.js';
import { KubeError } from '../kube/kube-error.js';
import type { OperatorContext } from '../operator-context.js';
import type { Exposure } from './exposure.js';
import { bad, ok, unknown } from './tenant.checks.js';

/** An Ingress says nothing about itself but its address: only a class that does not exist is known to be wrong. */
export async function judgeIngress({ client }: Pick<OperatorContext, 'client'>, { className }: Exposure): Promise<Finding> {
  const isMissing = className !== null && (await isClassMissing(client, className));
  if (isMissing) return bad('Exposed', 'IngressClassNotFound', `There is no IngressClass ${className}: nothing takes up the Ingress. Name another one in spec.exposure.className, or install its controller.`);
  return ok('Exposed', 'Exposed');
}

async function isClassMissing(client: OperatorContext['client'], name: string): Promise<boolean> {
  try {
    return (await client.find(INGRESS_CLASS, name)) === null;
  } catch (error) {
    // Whoever may not look cannot tell.
    if (error instanceof KubeError && error.status === 403) return false;
    throw error;
  }
}

export function judgeRoute(route: HttpRoute | null): Finding {
  const parents = route?.status?.parents ?? [];
  const refused = parents.flatMap(({ parentRef, conditions = [] }) => conditions
    .filter(({ type, status }) => (type === 'Accepted' || type === 'ResolvedRefs') && status === 'False')
    .map(({ reason, message }) => `the Gateway ${parentRef.namespace ?? ''}/${parentRef.name} says ${reason}: ${message}`));
  if (refused.length > 0) return bad('Exposed', 'RouteNotAccepted', `The HTTPRoute is not taken: ${refused.join('; ')}`);
  const isAccepted = parents.some(({ conditions = [] }) => conditions.some(({ type, status }) => type === 'Accepted' && status === 'True'));
  return isAccepted ? ok('Exposed', 'Exposed') : unknown('Exposed', 'WaitingForGateway', 'No Gateway has said yet whether it takes the HTTPRoute.');
}

/** null: it is there. */
export function judgeCertificate(certificate: PlainObject | null): Finding | null {
  const ready = certificate?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status === 'True') return null;
  if (ready === undefined) return unknown('Exposed', 'WaitingForCertificate', 'cert-manager has not said yet whether it makes the certificate.');
  return bad('Exposed', 'CertificateNotReady', `cert-manager has not made the certificate: ${ready.reason}: ${ready.message}`);
}
