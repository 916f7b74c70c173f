import type { ControlPlane } from './control-plane.js';
import { ContainerConfigError, type Pod } from './pod.js';

/**
 * What a pod needs to speak to the apiserver as its ServiceAccount, as environment: a real token bound to the pod, in a kubeconfig, since a
 * process of this machine has no /var/run/secrets. Nothing where the pod does not mount a token.
 */
export async function accountOf(plane: ControlPlane, { metadata, spec }: Pod): Promise<Record<string, string>> {
  const token = (spec.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []).find(({ serviceAccountToken }) => serviceAccountToken !== undefined)?.serviceAccountToken;
  if (token === undefined) return {};
  const { namespace, name, uid } = metadata;
  const { status, body } = await plane.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${spec.serviceAccountName ?? 'default'}/token`, {
    apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest',
    spec: { expirationSeconds: token.expirationSeconds ?? 3_600, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name, uid } },
  });
  if (status !== 201) throw new ContainerConfigError(`no token for the ServiceAccount ${namespace}/${spec.serviceAccountName}: ${body}`);
  const { status: granted } = JSON.parse(body) as { status: { token: string } };
  return { KUBECONFIG: plane.writeKubeconfig(`pod-${uid}.kubeconfig`, granted.token) };
}
