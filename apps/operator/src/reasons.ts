/**
 * Every reason that a condition or an Event of ours can have, with when it is given and what to do: docs/operating/conditions.md is made
 * from this. A new reason is a line here and a test that produces it; reasons.test.ts finds those that are missing on either side.
 */
export const TENANT_REASONS = {
  Accepted: {
    Accepted: 'The server_name belongs to this Tenant.',
    ServerNameTaken: 'An older Tenant of the cluster has the same `spec.serverName`. Make a new Tenant with another name, or delete the older one.',
  },
  ResolvedRefs: {
    ResolvedRefs: 'Every Secret that the spec names is there.',
    SecretNotFound: 'A Secret that the spec names is not in the namespace. Create it; the operator looks again by itself.',
  },
  KeysReady: {
    KeysReady: 'A key signs.',
    SecretTampered: 'A Secret no longer holds the key that was put into it; another key signs meanwhile. Delete that Secret, or restore it from a backup.',
  },
  PolicyProgrammed: {
    Programmed: 'API and workers go by what the spec says, at the latest 5 s after `status.policy.programmedAt`.',
    Refused: 'The database takes the server_name for somebody else; the message says whom.',
    DatabaseUnavailable: 'Postgres does not answer; it is tried again. API and workers go by what was programmed last.',
  },
  WorkersReady: {
    WorkersReady: 'At least one worker that serves the tenant is ready.',
    Creating: 'The Deployment of the workers is being made.',
    Progressing: 'No worker is ready yet.',
    NotStarting: 'No worker becomes ready. `kubectl describe` their Pods: `status.workers.selector` finds them in the namespace of the installation.',
    QuotaExceeded: 'A ResourceQuota of the installation\'s namespace does not let the Pods be made. Raise it, or give the workers less.',
    ReplicaFailure: 'The Pods cannot be made; the message is that of Kubernetes.',
    Suspended: '`spec.suspend` is true: the workers are at 0.',
  },
  Exposed: {
    Exposed: 'There is a way in for the server_name.',
    NotRequested: 'The spec asks for none: you route the server_name to the API yourself.',
    NotSupported: 'This kind of way in cannot be made here; the message says what to do instead.',
  },
  DeliveryHealthy: {
    Healthy: 'What is sent arrives.',
    NotYetKnown: 'The deliveries have not been looked at yet.',
    PeersFailing: 'Servers do not take what is sent to them. `kubectl get peers` and the dashboard say which and why.',
    LanesStopped: 'Rooms are stopped, because two servers hold different histories of them. An admin of the tenant compares and resumes them in the dashboard.',
    EventsFailed: 'Events were given up in the last 24 hours. An admin of the tenant can send them again from the dashboard.',
  },
  Active: {
    Active: 'The tenant is at work.',
    Suspended: '`spec.suspend` is true: nothing is taken in or sent; what waits is kept.',
  },
  ReconciliationPaused: {
    Annotated: 'The annotation `federation.scaiwave.io/paused` is `"true"`: the operator changes nothing of this tenant. Remove it to go on.',
  },
  Ready: {
    Ready: 'All of the above but DeliveryHealthy are true. Otherwise Ready has the reason and message of the first one that is not.',
  },
  'any of them': {
    Waiting: 'Not looked at yet, because an earlier condition is not true; the message names it.',
  },
} as const;

export const PEER_REASONS = {
  Accepted: {
    Accepted: 'The declaration counts.',
    TenantNotFound: 'There is no Tenant of the name in `spec.tenantRef` in this namespace.',
    IsTenantItself: '`spec.serverName` is the tenant\'s own. Delete the Peer.',
    Duplicate: 'An older Peer of the same Tenant declares this server already. Delete one of them.',
  },
  ResolvedRefs: {
    ResolvedRefs: 'Every Secret that the spec names is there.',
    SecretNotFound: 'A Secret that the spec names is not in the namespace. Create it; the operator looks again by itself.',
  },
  Connected: {
    Connected: 'The server answers and takes what we send.',
    NotYetContacted: 'Nothing has been exchanged with the server yet.',
    Unreachable: 'The server does not answer; the message says how the last attempt ended.',
    Busy: 'The server asks us to wait.',
    RefusesUs: 'The server refuses this tenant. Ask its admins: it has to accept you as well.',
  },
  InSync: {
    InSync: 'Nothing waits for the server.',
    NotYetContacted: 'Nothing has been exchanged with the server yet.',
    Behind: 'Events wait for the server; `status.backlog` says how many.',
    HistoriesDiffer: 'Rooms are stopped, because the two servers hold different histories of them. An admin of the tenant compares and resumes them in the dashboard.',
  },
  Ready: {
    Ready: 'Accepted, resolved and connected. A backlog does not count. Otherwise Ready has the reason and message of the first one that is not.',
  },
} as const;

/** Reasons of Events beside those of Ready, each change of which is an Event too. */
export const EVENT_REASONS = {
  KeyGenerated: 'A signing key was made.',
  SecretMissing: 'The Secret of the key that signed is gone, and a new key was made. Peers that pin the old key stop until they know the new one.',
  SecretTampered: 'The Secret of a key no longer holds it, and a new key was made. Peers that pin the old key stop until they know the new one.',
  DriftCorrected: 'Somebody had changed an object of the operator\'s, and it was put right.',
} as const;

type ReasonsOf<Table> = Table[keyof Table] extends infer Reasons ? (Reasons extends unknown ? keyof Reasons : never) : never;
export type TenantReason = ReasonsOf<typeof TENANT_REASONS>;
export type PeerReason = ReasonsOf<typeof PEER_REASONS>;
/** Of an Event; a change of Ready is told with the reason of Ready. */
export type EventReason = keyof typeof EVENT_REASONS | TenantReason | PeerReason;
