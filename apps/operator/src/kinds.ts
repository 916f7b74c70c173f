import type { PeerSpec, PeerStatus, TenantSpec, TenantStatus } from '@scaiwave/core/resources';
import type { Kind, KubeObject } from './kube/kube-object.js';

const GROUP = 'federation.scaiwave.io';

export const TENANT: Kind = { apiVersion: `${GROUP}/v1alpha1`, kind: 'Tenant', plural: 'tenants', isNamespaced: true };
export const PEER: Kind = { apiVersion: `${GROUP}/v1alpha1`, kind: 'Peer', plural: 'peers', isNamespaced: true };
export const SECRET: Kind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', isNamespaced: true };
export const DEPLOYMENT: Kind = { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments', isNamespaced: true };
export const POD: Kind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', isNamespaced: true };
export const NAMESPACE: Kind = { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', isNamespaced: false };
export const INGRESS: Kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', plural: 'ingresses', isNamespaced: true };

/** Labels of everything that the operator makes; also how it finds it again. */
export const LABELS = {
  managedBy: 'app.kubernetes.io/managed-by',
  tenant: `${GROUP}/tenant`,
  tenantNamespace: `${GROUP}/tenant-namespace`,
  part: `${GROUP}/part`,
  pool: `${GROUP}/pool`,
  keyState: `${GROUP}/key-state`,
} as const;
export const MANAGED_BY = 'scaiwave-operator';
export const MANAGED = `${LABELS.managedBy}=${MANAGED_BY}`;

export const ANNOTATIONS = {
  paused: `${GROUP}/paused`,
  validFrom: `${GROUP}/valid-from`,
  validUntil: `${GROUP}/valid-until`,
  keyringHash: `${GROUP}/keyring-hash`,
  stateDigest: `${GROUP}/state-digest`,
  rotateRequestedAt: `${GROUP}/rotate-requested-at`,
  sever: `${GROUP}/sever`,
  severDryRun: `${GROUP}/sever-dry-run`,
  /** on a Deployment: who says how many workers there are */
  replicasBy: `${GROUP}/replicas-by`,
  /** on a Deployment: hash of the chart's pod template that it was made from */
  template: `${GROUP}/template`,
} as const;

/** Held while the tenant's rows and its objects in the release's namespace have to be put away. */
export const FINALIZER = `${GROUP}/drain`;
export const KEY_SECRET_TYPE = `${GROUP}/signing-key`;

export interface Tenant extends KubeObject {
  spec: TenantSpec;
  status?: TenantStatus;
}

export type { PeerStatus, TenantStatus };
export type KeyStatus = NonNullable<TenantStatus['keys']>;
export type PublishedKey = NonNullable<KeyStatus['published']>[number];
/** What the last sever or dry run did, or would do. */
export type SeveranceStatus = NonNullable<TenantStatus['severance']>;

export interface Peer extends KubeObject {
  spec: PeerSpec;
  status?: PeerStatus;
}

export interface Secret extends KubeObject {
  type?: string;
  immutable?: boolean;
  /** base64 */
  data?: Record<string, string>;
}

export interface Deployment extends KubeObject {
  spec: { replicas?: number; selector: { matchLabels: Record<string, string> }; template: PodTemplate };
  status?: { replicas?: number; readyReplicas?: number; updatedReplicas?: number; observedGeneration?: number; conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

/** The part of a pod template that the operator adds to; the rest is the chart's. */
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: { containers: Container[]; volumes?: object[]; [field: string]: unknown };
}

export interface Container {
  name: string;
  env?: { name: string; value?: string; [field: string]: unknown }[];
  volumeMounts?: object[];
  resources?: object;
  [field: string]: unknown;
}

export interface Ingress extends KubeObject {
  spec: object;
  status?: { loadBalancer?: { ingress?: object[] } };
}
