import { nameOfResource } from '@scaiwave/core/resources';
import type { OperatorConfig } from '@scaiwave/config';
import { keyOf, type KubeObject } from '../kube/kube-object.js';
import { LABELS, MANAGED_BY, type Tenant } from '../kinds.js';

/** The way in of one tenant, with what the installation says where the tenant says nothing. */
export interface Exposure {
  type: 'Ingress' | 'HTTPRoute' | 'None';
  /** of an Ingress its class, of an HTTPRoute its Gateway; null: nobody said */
  className: string | null;
  tls: { issuer: { name: string; kind: string } } | { secretName: string } | null;
}

export type ExposureDefaults = Pick<OperatorConfig, 'exposureType' | 'exposureClass' | 'exposureIssuer' | 'gateway'>;

interface ExposureSpec {
  type?: Exposure['type'];
  className?: string;
  tls?: { issuerRef?: { name: string; kind?: string }; secretRef?: { name: string } };
}

export function exposureOf({ spec }: Tenant, defaults: ExposureDefaults): Exposure {
  const said = (spec.exposure ?? {}) as ExposureSpec;
  const type = said.type ?? (spec.exposure === undefined || defaults.exposureType !== 'None' ? defaults.exposureType : 'Ingress');
  const className = said.className ?? (type === 'HTTPRoute' ? defaults.gateway?.name : defaults.exposureClass) ?? null;
  return { type, className, tls: tlsOf(said.tls, defaults) };
}

function tlsOf(tls: ExposureSpec['tls'], { exposureIssuer }: ExposureDefaults): Exposure['tls'] {
  if (tls?.secretRef !== undefined) return { secretName: tls.secretRef.name };
  if (tls?.issuerRef !== undefined) return { issuer: { name: tls.issuerRef.name, kind: tls.issuerRef.kind ?? 'ClusterIssuer' } };
  return exposureIssuer === null ? null : { issuer: exposureIssuer };
}

/** Where the objects of a way in are, and what they lead to. */
export type Backend = Pick<OperatorConfig, 'releaseName' | 'releaseNamespace' | 'apiService' | 'apiServicePort'>;

/** Name, namespace and labels of everything that makes up the way in of a tenant: beside the API, one of each kind. */
export function exposureMetadata(tenant: Tenant, { releaseName, releaseNamespace }: Pick<Backend, 'releaseName' | 'releaseNamespace'>): KubeObject['metadata'] {
  return {
    name: `${releaseName}-${nameOfResource(keyOf(tenant))}`, namespace: releaseNamespace,
    labels: { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: 'exposure', [LABELS.tenant]: tenant.metadata.name, [LABELS.tenantNamespace]: tenant.metadata.namespace ?? '' },
  };
}

/** The Secret with the certificate, in the release's namespace: written by cert-manager, or copied from the tenant's. */
export function tlsSecretName({ name }: Pick<KubeObject['metadata'], 'name'>): string {
  return `${name}-tls`;
}

/** The name that people and servers ask for. */
export function hostOf({ spec }: Tenant): string {
  return spec.serverName.replace(/:\d+$/, '');
}
