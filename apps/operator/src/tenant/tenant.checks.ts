import type { Finding } from '../kube/conditions.js';
import { FINALIZER, type Tenant } from '../kinds.js';
import type { TenantReason } from '../reasons.js';

/** The conditions of a Tenant, in the order in which they are looked at; Ready sums them up. */
export const TENANT_CONDITIONS = ['Accepted', 'ResolvedRefs', 'KeysReady', 'PolicyProgrammed', 'WorkersReady', 'Exposed', 'DeliveryHealthy', 'Active'] as const;
export type TenantCondition = (typeof TENANT_CONDITIONS)[number];

export const ok = (type: TenantCondition, reason: TenantReason, message = ''): Finding => ({ type, status: 'True', reason, message });
export const bad = (type: TenantCondition, reason: TenantReason, message: string): Finding => ({ type, status: 'False', reason, message });
export const unknown = (type: TenantCondition, reason: TenantReason, message: string): Finding => ({ type, status: 'Unknown', reason, message });

/** Is it there, were it only to be put away? Until the finalizer goes its rows, keys and name are in use. */
export function isPresent({ metadata: { deletionTimestamp, finalizers = [] } }: Tenant): boolean {
  return deletionTimestamp === undefined || finalizers.includes(FINALIZER);
}

/** The tenant that a server_name belongs to: the oldest resource that asks for it, by name where two are equally old. */
export function decideClaim(tenant: Tenant, claimants: readonly Tenant[]): Finding {
  const [owner] = claimants.filter((claimant) => isPresent(claimant) || claimant.metadata.uid === tenant.metadata.uid).toSorted(byAge);
  if (owner === undefined || owner.metadata.uid === tenant.metadata.uid) return ok('Accepted', 'Accepted');
  return bad('Accepted', 'ServerNameTaken',
    `${tenant.spec.serverName} is the server_name of the older Tenant ${owner.metadata.namespace}/${owner.metadata.name}. Choose another spec.serverName in a new Tenant, or delete that one.`);
}

function byAge(a: Tenant, b: Tenant): number {
  return ageOf(a).localeCompare(ageOf(b));
}

function ageOf({ metadata }: Tenant): string {
  return `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
}

// Does not stop anything by itself: what is said of the deliveries, not of what the operator has to do.
const NOT_FOR_READY: readonly string[] = ['DeliveryHealthy'];

/** Ready: the first condition that is not true says why. Those that wait for it count too, but say nothing. */
export function summarize(findings: readonly Finding[]): Finding {
  const open = findings.filter(({ type, status }) => status !== 'True' && !NOT_FOR_READY.includes(type));
  const first = open.find(({ reason }) => reason !== 'Waiting') ?? open[0];
  if (first === undefined) return { type: 'Ready', status: 'True', reason: 'Ready', message: '' };
  return { type: 'Ready', status: first.status === 'Unknown' ? 'Unknown' : 'False', reason: first.reason, message: first.message };
}

/** What could not be looked at because of an earlier finding. */
export function fillIn(findings: readonly Finding[]): Finding[] {
  const blocker = findings.find(({ status }) => status !== 'True');
  return TENANT_CONDITIONS.map((type) => findings.find((finding) => finding.type === type)
    ?? unknown(type, 'Waiting', blocker === undefined ? 'Not looked at yet.' : `Waits for ${blocker.type}: ${blocker.reason}.`));
}
