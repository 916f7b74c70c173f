import { CERTIFICATE, type PlainObject } from '../child-kinds.js';
import { SECRET, type Secret, type Tenant } from '../kinds.js';
import { exposureMetadata, hostOf, tlsSecretName, type Backend } from './exposure.js';
import type { TlsPair } from './references.js';

/** What cert-manager shall make: a certificate for the server_name, in the Secret that the way in names. */
export function buildCertificate(tenant: Tenant, issuer: { name: string; kind: string }, backend: Backend): PlainObject {
  const metadata = exposureMetadata(tenant, backend);
  return {
    apiVersion: CERTIFICATE.apiVersion, kind: CERTIFICATE.kind, metadata,
    spec: { secretName: tlsSecretName(metadata), dnsNames: [hostOf(tenant)], issuerRef: { group: 'cert-manager.io', kind: issuer.kind, name: issuer.name } },
  };
}

/** The tenant's own certificate, where a way in can use it. */
export function buildTlsSecret(tenant: Tenant, { certificate, key }: TlsPair, backend: Backend): Secret {
  const metadata = exposureMetadata(tenant, backend);
  return {
    apiVersion: SECRET.apiVersion, kind: SECRET.kind, type: 'kubernetes.io/tls', metadata: { ...metadata, name: tlsSecretName(metadata) },
    data: { 'tls.crt': certificate, 'tls.key': key },
  };
}
