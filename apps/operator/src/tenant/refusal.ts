import { KubeError } from '../kube/kube-error.js';
import type { Finding } from '../kube/conditions.js';
import { bad, type TenantCondition } from './tenant.checks.js';

/** A step that the apiserver refused, with what to say about it. */
export class StepRefused extends Error {
  override readonly name = 'StepRefused';

  constructor(
    readonly finding: Finding,
    override readonly cause: KubeError,
  ) {
    super(finding.message);
  }
}

/** @throws StepRefused when the apiserver refuses what the step of this condition asks for; everything else as it is */
export async function orRefused<Result>(type: TenantCondition, step: Promise<Result>): Promise<Result> {
  return step.catch((error: unknown) => {
    const finding = error instanceof KubeError ? explainRefusal(type, error) : null;
    throw finding === null ? error : new StepRefused(finding, error as KubeError);
  });
}

/**
 * What the apiserver refused, as a finding with its own sentence: it names the verb and the resource, or the quota. Null for what is no
 * refusal and passes by itself, such as a conflict or an apiserver that is away.
 */
function explainRefusal(type: TenantCondition, { status, message, isFinal }: KubeError): Finding | null {
  if (status === 403 && message.includes('exceeded quota')) return bad(type, 'QuotaExceeded', `${message}. Raise the ResourceQuota of the namespace, or make room in it.`);
  if (status === 403) return bad(type, 'Forbidden', `The operator may not do what is needed here: ${message}. Give its ServiceAccount the rights of the chart's roles.`);
  return isFinal ? bad(type, 'RefusedByApiserver', message) : null;
}
