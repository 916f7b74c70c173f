import type { Pod } from '../child-kinds.js';
import type { Deployment } from '../kinds.js';

export interface WorkerTrouble {
  reason: 'ImageNotPulled' | 'CrashLooping' | 'ConfigMissing' | 'NotRun' | 'Unschedulable' | 'QuotaExceeded' | 'ReplicaFailure' | 'NotStarting' | 'Progressing';
  message: string;
}

/** Words of the kubelet, and what they mean to whoever reads a Tenant. */
const WAITING: Readonly<Record<string, WorkerTrouble['reason']>> = {
  ImagePullBackOff: 'ImageNotPulled', ErrImagePull: 'ImageNotPulled', InvalidImageName: 'ImageNotPulled', ErrImageNeverPull: 'ImageNotPulled',
  CrashLoopBackOff: 'CrashLooping', CreateContainerConfigError: 'ConfigMissing', CreateContainerError: 'NotRun', RunContainerError: 'NotRun',
};
const MAX_SAID = 300;

/** Why no worker of a Deployment is ready, in the words of whoever knows it best: the pod, else the Deployment. */
export function explainWorkers({ metadata: { name }, status = {} }: Deployment, pods: readonly Pod[]): WorkerTrouble {
  const { conditions = [] } = status;
  const failure = conditions.find(({ type, status: is }) => type === 'ReplicaFailure' && is === 'True');
  if (failure !== undefined) return { reason: failure.message?.includes('exceeded quota') ? 'QuotaExceeded' : 'ReplicaFailure', message: failure.message ?? 'Pods cannot be made.' };
  const ofPod = pods.flatMap((pod) => explainPod(pod) ?? [])[0];
  if (ofPod !== undefined) return ofPod;
  const late = conditions.find(({ type, status: is }) => type === 'Progressing' && is === 'False');
  if (late !== undefined) return { reason: 'NotStarting', message: `No worker of ${name} becomes ready: ${late.message ?? ''} Look at its pods.` };
  return { reason: 'Progressing', message: `No worker of ${name} is ready yet.` };
}

function explainPod({ metadata: { name }, status = {} }: Pod): WorkerTrouble | null {
  for (const container of status.containerStatuses ?? []) {
    const reason = WAITING[container.state?.waiting?.reason ?? ''];
    if (reason !== undefined) return { reason, message: `The container ${container.name} of the pod ${name} does not run: ${sayingOf(container)}` };
  }
  const scheduled = status.conditions?.find(({ type, status: is, reason }) => type === 'PodScheduled' && is === 'False' && reason === 'Unschedulable');
  return scheduled === undefined ? null : { reason: 'Unschedulable', message: `No node takes the pod ${name}: ${(scheduled.message ?? '').slice(0, MAX_SAID)}` };
}

function sayingOf({ state, lastState }: NonNullable<NonNullable<Pod['status']>['containerStatuses']>[number]): string {
  const ended = lastState?.terminated;
  const end = ended && [`it ended with ${ended.exitCode}`, ended.message?.trim()].filter(Boolean).join(': ');
  return [state?.waiting?.reason, state?.waiting?.message, end].filter(Boolean).join('; ').replaceAll(/\s+/g, ' ').slice(0, MAX_SAID);
}
