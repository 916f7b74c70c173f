import { settingsOf, standingOf, type StandingOfResource } from '@scaiwave/core/resources';
import { decidePeering, effectivePolicy, type PeeringRule, type ServerName } from '@scaiwave/protocol';
import type { Finding } from '../kube/conditions.js';

const NOT_MET: Pick<Finding, 'status' | 'reason' | 'message'> = { status: 'Unknown', reason: 'NotYetContacted', message: 'Nothing has been exchanged with this server yet.' };

/** Why policy refuses a declared peer, and who can change that. `peer_suspended` is the resource's own wish. */
const REFUSALS: Partial<Record<PeeringRule, { reason: string; message: string }>> = {
  mode_closed: { reason: 'FederationClosed', message: 'The tenant federates with nobody: spec.peering.mode, or its admin, says Closed.' },
  blocked_peers: { reason: 'Blocked', message: 'The tenant blocks this server: it is in spec.peering.blockedServers, or its admin has put it on the blocked list.' },
  peer_blocked: { reason: 'Blocked', message: 'The admin of the tenant has blocked this server (Admin → Federation → Peers).' },
  peer_removed: { reason: 'Removed', message: 'Federation with this server was ended; it is refused until the admin of the tenant adds it again.' },
  provider_allowed_servers: { reason: 'NotAllowed', message: 'spec.peering.allowedServers does not name this server.' },
  admin_allowed_peers: { reason: 'NotAllowed', message: 'The admin of the tenant allows other servers only (Admin → Federation → Policy).' },
};

/** Does the tenant's policy, the provider's and the admin's together, let this peer in? */
export function checkPolicy(standing: StandingOfResource, declared: readonly string[]): Finding | null {
  if (standing.peer === null || standing.admin_state === null) return null;
  const policy = effectivePolicy(standing.provider_policy, standing.admin_policy ?? {}, [...declared]);
  const verdict = decidePeering(policy, standing.peer as ServerName, standingOf({ admin_state: standing.admin_state, declaration: standing.declaration }));
  const refusal = verdict.allowed ? undefined : REFUSALS[verdict.rule];
  return refusal === undefined ? null : { type: 'Accepted', status: 'False', ...refusal };
}

const TRUSTED = { Pinned: 'Pinned', TrustOnFirstUse: 'TrustedOnFirstUse', Discovered: 'Discovered' } as const;

/** Are the keys that it publishes believed? */
export function checkKeys(standing: StandingOfResource | null): Finding {
  const type = 'KeysTrusted';
  if (standing === null) return { type, ...NOT_MET };
  const { trustMode } = settingsOf(standing);
  if (standing.key_changed_at !== null) return { type, status: 'False', ...explainDistrust(standing, trustMode === 'Pinned') };
  if (standing.keys === null) return { type, ...NOT_MET };
  return { type, status: 'True', reason: TRUSTED[trustMode], message: '' };
}

function explainDistrust({ last_error_code: code, last_error_message: message }: StandingOfResource, isPinned: boolean): Pick<Finding, 'reason' | 'message'> {
  const what = code === 'SW_FED_KEY_CHANGED' && message !== null ? message : 'It publishes a key that is not believed.';
  if (isPinned) return { reason: 'KeyNotPinned', message: `${what} Ask its operator for the fingerprint by another way; if it is the same, put it into spec.trust.pins.` };
  return { reason: 'KeyChanged', message: `${what} Nothing is exchanged until it is confirmed: ask its operator for the fingerprint by another way, then accept it in Admin → Federation → Peers, or pin it.` };
}

const REASONS = { down: 'Unreachable', busy: 'Busy', refuses_us: 'RefusesUs' } as const;

/** Do the two servers hear each other? */
export function checkConnected(standing: StandingOfResource | null, isSuspended: boolean): Finding {
  const type = 'Connected';
  if (isSuspended) return { type, status: 'False', reason: 'Suspended', message: 'spec.policy.suspend is true: nothing is taken from this server or sent to it; what waits is kept.' };
  if (standing === null) return { type, ...NOT_MET };
  if (standing.admin_state === 'paused') return { type, status: 'False', reason: 'Paused', message: 'The admin of the tenant has paused delivery to this server; what waits is kept.' };
  if (standing.admin_state === 'removed_by_them') return { type, status: 'False', reason: 'RemovedByThem', message: 'The other server has ended federation; it is heard again once its admin adds this tenant.' };
  if (standing.verdict !== null) return { type, status: 'False', reason: REASONS[standing.verdict], message: standing.last_error_message ?? standing.last_error_code ?? '' };
  if (standing.last_seen_at === null && standing.last_success_at === null) return { type, ...NOT_MET };
  return { type, status: 'True', reason: 'Connected', message: '' };
}

/** Has it all that it should have, and do both hold the same? Signed checkpoints prove it; a lane whose checkpoint differs stops. */
export function checkInSync(standing: StandingOfResource | null): Finding {
  const type = 'InSync';
  if (standing === null) return { type, ...NOT_MET };
  if (standing.stopped > 0) return { type, status: 'False', reason: 'LanesStopped', message: `${standing.stopped} rooms are stopped, because the two servers hold different histories. See Admin → Federation → Peers.` };
  if (standing.events > 0) return { type, status: 'False', reason: 'Behind', message: 'Events wait; status.backlog says how many.' };
  return { type, status: 'True', reason: 'InSync', message: '' };
}

/** Ready: the first condition that is not met says why. A server that waits for a few events is as ready as any. */
export function summarizePeer(findings: readonly Finding[]): Finding {
  const first = findings.find(({ type, status, reason }) => status === 'False' && !(type === 'InSync' && reason === 'Behind'));
  if (first !== undefined) return { ...first, type: 'Ready' };
  const isMet = findings.every(({ type, status }) => type !== 'Connected' || status === 'True');
  return isMet ? { type: 'Ready', status: 'True', reason: 'Ready', message: '' } : { type: 'Ready', ...NOT_MET };
}
