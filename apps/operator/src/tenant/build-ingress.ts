import { INGRESS, type Ingress, type Tenant } from '../kinds.js';
import { exposureMetadata, hostOf, tlsSecretName, type Backend, type Exposure } from './exposure.js';

/** The way in for one tenant: its server_name, all paths, to the API's public port and no other. Lives where the API is. */
export function buildIngress(tenant: Tenant, { className, tls }: Exposure, backend: Backend): Ingress {
  const metadata = exposureMetadata(tenant, backend);
  const host = hostOf(tenant);
  return {
    apiVersion: INGRESS.apiVersion, kind: INGRESS.kind, metadata,
    spec: {
      ...(className !== null && { ingressClassName: className }),
      ...(tls !== null && { tls: [{ hosts: [host], secretName: tlsSecretName(metadata) }] }),
      rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: backend.apiService, port: { number: backend.apiServicePort } } } }] } }],
    },
  };
}
