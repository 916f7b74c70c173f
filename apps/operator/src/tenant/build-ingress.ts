import { INGRESS, LABELS, MANAGED_BY, type Ingress, type Tenant } from '../kinds.js';

interface Exposure {
  type?: 'Ingress' | 'HTTPRoute' | 'None';
  className?: string;
  tls?: { issuerRef?: { name: string; kind?: string }; secretRef?: { name: string } };
}

export interface Backend {
  releaseNamespace: string;
  apiService: string;
  apiServicePort: number;
}

export function exposureOf(tenant: Tenant): Exposure {
  return (tenant.spec.exposure ?? { type: 'None' }) as Exposure;
}

export function ingressName({ metadata }: Tenant): string {
  return `${metadata.namespace}-${metadata.name}`;
}

/** The way in for one tenant: its server_name, all paths, to the API. Lives in the release's namespace, where the API is. */
export function buildIngress(tenant: Tenant, backend: Backend): Ingress {
  const { className, tls } = exposureOf(tenant);
  const host = tenant.spec.serverName.replace(/:\d+$/, '');
  const name = ingressName(tenant);
  return {
    apiVersion: INGRESS.apiVersion, kind: INGRESS.kind,
    metadata: {
      name, namespace: backend.releaseNamespace,
      labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: 'exposure', [LABELS.tenant]: tenant.metadata.name, [LABELS.tenantNamespace]: tenant.metadata.namespace ?? '' },
      annotations: issuerAnnotation(tls),
    },
    spec: {
      ...(className !== undefined && { ingressClassName: className }),
      ...(tls !== undefined && { tls: [{ hosts: [host], secretName: tls.secretRef?.name ?? `${name}-tls` }] }),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend.apiService, port: { number: backend.apiServicePort } } } }] } }],
    },
  };
}

// cert-manager makes the certificate for an Ingress that names an issuer.
function issuerAnnotation(tls: Exposure['tls']): Record<string, string> {
  if (tls?.issuerRef === undefined) return {};
  const { name, kind = 'ClusterIssuer' } = tls.issuerRef;
  return { [kind === 'Issuer' ? 'cert-manager.io/issuer' : 'cert-manager.io/cluster-issuer']: name };
}
