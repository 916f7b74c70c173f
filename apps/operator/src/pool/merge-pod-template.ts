import type { PodTemplate } from '../kinds.js';

/** `spec.workers.dedicated.podTemplate` of a Tenant, as its CRD allows it. */
export interface TenantPodTemplate {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  nodeSelector?: Record<string, string>;
  tolerations?: object[];
  affinity?: object;
  priorityClassName?: string;
}

/** By these the installation's Services, policies and controllers find their pods: a tenant's workers must not pass for something else. */
const RESERVED = /^(app|([a-z0-9-]+\.)*(kubernetes\.io|k8s\.io|helm\.sh|scaiwave\.io)\/.*)$/;

/** The chart's template with what a tenant may say about where its workers run. Nothing that the chart has set can be changed by it. */
export function mergePodTemplate(template: PodTemplate, { labels = {}, annotations = {}, nodeSelector, tolerations, affinity, priorityClassName }: TenantPodTemplate): PodTemplate {
  return {
    metadata: { ...template.metadata, labels: { ...allowed(labels), ...template.metadata?.labels }, annotations: { ...allowed(annotations), ...template.metadata?.annotations } },
    spec: {
      ...template.spec,
      ...(nodeSelector && { nodeSelector: { ...nodeSelector, ...(template.spec.nodeSelector as object | undefined) } }),
      ...(tolerations && { tolerations: [...((template.spec.tolerations as object[] | undefined) ?? []), ...tolerations] }),
      ...(affinity && { affinity }),
      ...(priorityClassName !== undefined && { priorityClassName }),
    },
  };
}

function allowed(entries: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => !RESERVED.test(key)));
}
