import type { Condition } from './kube/conditions.js';
import type { Kind, KubeObject } from './kube/kube-object.js';

export const SERVICE_ACCOUNT: Kind = { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts', isNamespaced: true };
export const DISRUPTION_BUDGET: Kind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', isNamespaced: true };
export const AUTOSCALER: Kind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers', isNamespaced: true };
export const POD: Kind = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', isNamespaced: true };
export const INGRESS_CLASS: Kind = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', plural: 'ingressclasses', isNamespaced: false };

/** Of other projects: a cluster may not know them. */
export const SCALED_OBJECT: Kind = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', plural: 'scaledobjects', isNamespaced: true };
export const HTTP_ROUTE: Kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', plural: 'httproutes', isNamespaced: true };
export const REFERENCE_GRANT: Kind = { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', plural: 'referencegrants', isNamespaced: true };
export const CERTIFICATE: Kind = { apiVersion: 'cert-manager.io/v1', kind: 'Certificate', plural: 'certificates', isNamespaced: true };

export const FOREIGN_KINDS = [SCALED_OBJECT, HTTP_ROUTE, REFERENCE_GRANT, CERTIFICATE] as const;

/** An object of which the operator only says what it wants, and reads the conditions. */
export interface PlainObject extends KubeObject {
  spec: object;
  status?: { conditions?: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] };
}

export interface HttpRoute extends KubeObject {
  spec: object;
  status?: { parents?: { parentRef: { name: string; namespace?: string }; conditions?: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>[] }[] };
}

/** What of a Pod says why a worker does not start. */
export interface Pod extends KubeObject {
  status?: {
    phase?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: { name: string; ready?: boolean; state?: ContainerState; lastState?: ContainerState }[];
  };
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  terminated?: { exitCode: number; reason?: string; message?: string };
}
