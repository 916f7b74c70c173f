import { HTTP_ROUTE, REFERENCE_GRANT, type HttpRoute, type PlainObject } from '../child-kinds.js';
import type { Tenant } from '../kinds.js';
import { exposureMetadata, hostOf, tlsSecretName, type Backend } from './exposure.js';

export interface GatewayPlace {
  name: string;
  namespace: string;
  /** one listener of the Gateway; null: all that take the name */
  listener: string | null;
}

/** The same way in as an Ingress, for a Gateway. Lives beside the API too, so that the Gateway has to let in one namespace only. */
export function buildHttpRoute(tenant: Tenant, gateway: GatewayPlace, backend: Backend): HttpRoute {
  return {
    apiVersion: HTTP_ROUTE.apiVersion, kind: HTTP_ROUTE.kind, metadata: exposureMetadata(tenant, backend),
    spec: {
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: gateway.name, namespace: gateway.namespace, ...(gateway.listener !== null && { sectionName: gateway.listener }) }],
      hostnames: [hostOf(tenant)],
      rules: [{
        matches: [{ path: { type: 'PathPrefix', value: '/' } }],
        backendRefs: [{ group: '', kind: 'Service', name: backend.apiService, port: backend.apiServicePort, weight: 1 }],
      }],
    },
  };
}

/** Lets Gateways of that namespace use this one certificate, and nothing else of the release's namespace. */
export function buildReferenceGrant(tenant: Tenant, gateway: GatewayPlace, backend: Backend): PlainObject {
  const metadata = exposureMetadata(tenant, backend);
  return {
    apiVersion: REFERENCE_GRANT.apiVersion, kind: REFERENCE_GRANT.kind, metadata,
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: gateway.namespace }], to: [{ group: '', kind: 'Secret', name: tlsSecretName(metadata) }] },
  };
}
