import { DEPLOYMENT, LABELS, MANAGED_BY, type Container, type Deployment, type PodTemplate, type Tenant } from '../kinds.js';
import { keyringNames } from './build-keyring.js';

export interface WorkerPlan {
  releaseName: string;
  releaseNamespace: string;
  pool: string;
  /** the tenant of a dedicated pool; null for the shared one */
  tenant: Tenant | null;
  /** Secrets of the pool's keyring */
  shards: number;
  /** null: an autoscaler decides, the field is not ours */
  replicas: number | null;
  template: PodTemplate;
}

const KEYRING_DIR = '/var/run/scaiwave/keyring';

export function workerDeploymentName({ releaseName, pool }: { releaseName: string; pool: string }): string {
  return `${releaseName}-worker-${pool}`;
}

/** The workers of a pool: the chart's pod template, with the pool's name and its keyring mounted as one folder. */
export function buildWorkerDeployment(plan: WorkerPlan): Deployment {
  const labels = { [LABELS.managedBy]: MANAGED_BY, [LABELS.part]: 'worker', [LABELS.pool]: plan.pool, ...ownerLabels(plan.tenant) };
  const matchLabels = { [LABELS.part]: 'worker', [LABELS.pool]: plan.pool };
  return {
    apiVersion: DEPLOYMENT.apiVersion, kind: DEPLOYMENT.kind,
    metadata: { name: workerDeploymentName(plan), namespace: plan.releaseNamespace, labels },
    spec: {
      ...(plan.replicas !== null && { replicas: plan.replicas }),
      selector: { matchLabels },
      template: buildTemplate(plan, { ...labels }),
    },
  };
}

function ownerLabels(tenant: Tenant | null): Record<string, string> {
  return tenant === null ? {} : { [LABELS.tenant]: tenant.metadata.name, [LABELS.tenantNamespace]: tenant.metadata.namespace ?? '' };
}

function buildTemplate(plan: WorkerPlan, labels: Record<string, string>): PodTemplate {
  const { template, tenant } = plan;
  const { resources, podTemplate = {} } = (tenant?.spec.workers?.dedicated ?? {}) as { resources?: object; podTemplate?: { nodeSelector?: object; tolerations?: object[]; affinity?: object } };
  const [worker, ...others] = template.spec.containers;
  if (worker === undefined) throw new Error('the worker template has no container');
  return {
    metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...labels } },
    spec: {
      ...template.spec, ...podTemplate,
      containers: [withKeyring(worker, plan.pool, resources), ...others],
      volumes: [...(template.spec.volumes ?? []), keyringVolume(plan)],
    },
  };
}

function withKeyring(container: Container, pool: string, resources: object | undefined): Container {
  const ours = [{ name: 'KEYRING_DIR', value: KEYRING_DIR }, { name: 'POOL', value: pool }];
  const theirs = (container.env ?? []).filter(({ name }) => !ours.some((env) => env.name === name));
  return {
    ...container, env: [...theirs, ...ours],
    volumeMounts: [...(container.volumeMounts ?? []), { name: 'keyring', mountPath: KEYRING_DIR, readOnly: true }],
    ...(resources !== undefined && { resources }),
  };
}

// Projected and never a subPath: the kubelet swaps the whole folder when a Secret changes, and the worker reads it again.
function keyringVolume(plan: WorkerPlan): object {
  return { name: 'keyring', projected: { defaultMode: 0o440, sources: keyringNames(plan).map((name) => ({ secret: { name, optional: true } })) } };
}
