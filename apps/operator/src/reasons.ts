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
    SecretInvalid: 'A Secret that the spec names does not hold what it should; the message names the entry. Put it right; the operator looks again by itself.',
  },
  KeysReady: {
    KeysReady: 'A key signs.',
    SecretTampered: 'A Secret no longer holds the key that was put into it; another key signs meanwhile. Delete that Secret, or restore it from a backup.',
    SecretMissing: 'The Secret of the key that signed was deleted; another key takes its place. Peers that pin the old one have to be told.',
    WaitingForImport: '`spec.signing.importSecretRef` names a key that is not there or cannot be read, and the tenant has no other. Create it; nothing is signed until then.',
    ImportInvalid: 'The Secret in `spec.signing.importSecretRef` holds no key that can be adopted; the keys there are stay in use.',
    BackupFailed: 'Keys could not be sealed for `spec.signing.backup.recoveryPublicKey`; the message says why. They are in use all the same.',
  },
  PolicyProgrammed: {
    Programmed: 'API and workers go by what the spec says, at the latest 5 s after `status.policy.programmedAt`.',
    Refused: 'The database takes the server_name for somebody else; the message says whom.',
    DatabaseUnavailable: 'Postgres does not answer; it is tried again. API and workers go by what was programmed last.',
  },
  WorkersReady: {
    WorkersReady: 'At least one worker that serves the tenant is ready, and other servers find its descriptor.',
    NotPublished: 'Workers run, and none has published the key of this server yet: other servers do not find it, or do not believe it. A worker does as soon as it has the key, within a minute or two; after that look at its log.',
    Creating: 'The Deployment of the workers is being made.',
    Progressing: 'No worker is ready yet.',
    NoReplicas: 'The number of workers is 0: nothing is signed or delivered. Raise `replicas`, or suspend the tenant.',
    ScaledToZero: 'Nothing waits, so the autoscaler runs no worker until something does.',
    RolloutStuck: 'Workers of an older template run; those of the present one do not become ready. Look at their Pods.',
    AutoscalerFailing: 'Workers run, and their number stays as it is: the autoscaler says in the message what it lacks.',
    KindNotInstalled: 'The autoscaler asked for is not installed in the cluster; a fixed number of workers runs meanwhile.',
    PrometheusNotConfigured: 'KEDA needs a Prometheus to ask: set PROMETHEUS_URL of the operator, or `provider: HPA`. A fixed number of workers runs meanwhile.',
    ImageNotPulled: 'The image of the workers cannot be pulled. Look at its name and at the pull secrets.',
    CrashLooping: 'The workers start and end again; the message has their last line.',
    ConfigMissing: 'A Secret or ConfigMap that the workers need is not there; the message names it.',
    Unschedulable: 'No node takes the Pods of the workers; the message says why.',
    NotRun: 'The Pods of the workers are there, and no node has begun to run them.',
    NotStarting: 'No worker becomes ready. `kubectl describe` their Pods: `status.workers.selector` finds them in the namespace of the installation.',
    QuotaExceeded: 'A ResourceQuota of the installation\'s namespace does not let the Pods be made. Raise it, or give the workers less.',
    ReplicaFailure: 'The Pods cannot be made; the message is that of Kubernetes.',
    Suspended: '`spec.suspend` is true: the workers are at 0.',
  },
  Exposed: {
    Exposed: 'There is a way in for the server_name.',
    NotRequested: 'The spec asks for none: you route the server_name to the API yourself.',
    KindNotInstalled: 'The cluster does not know the kind of way in that is asked for; the message says what to install, or what to ask for instead.',
    GatewayNotConfigured: 'Nobody says which Gateway: set `spec.exposure.className` to its name, or GATEWAY_NAME of the operator.',
    IngressClassNotFound: 'There is no IngressClass of that name, so nothing takes up the Ingress. Name another one, or install its controller.',
    RouteNotAccepted: 'The Gateway does not take the HTTPRoute; the message is the Gateway\'s.',
    WaitingForGateway: 'No Gateway has said yet whether it takes the HTTPRoute.',
    WaitingForCertificate: 'cert-manager has not said yet whether it makes the certificate.',
    CertificateNotReady: 'cert-manager has not made the certificate; the message is cert-manager\'s.',
    SecretNotFound: 'The certificate that `spec.exposure.tls` names cannot be had; the way in has no TLS of its own.',
  },
  DeliveryHealthy: {
    Healthy: 'What is sent arrives.',
    NotYetKnown: 'The deliveries have not been looked at yet.',
    PeersFailing: 'Servers do not take what is sent to them. `kubectl get peers` and the dashboard say which and why.',
    LanesStopped: 'Rooms are stopped, because two servers hold different histories of them. An admin of the tenant compares and resumes them in the dashboard.',
    EventsFailed: 'Events were given up in the last 24 hours. An admin of the tenant can send them again from the dashboard.',
    Suspended: 'Nothing is delivered while the tenant is suspended; what waits is kept.',
  },
  Active: {
    Active: 'The tenant is at work.',
    Suspended: '`spec.suspend` is true: nothing is taken in or sent; what waits is kept.',
    Deleting: 'The Tenant is being deleted: what waits is delivered and its peers are told, until done or until `drainTimeout`; the message says how far it is.',
  },
  ReconciliationPaused: {
    Annotated: 'The annotation `federation.scaiwave.io/paused` is `"true"`: the operator changes nothing of this tenant. Remove it to go on.',
  },
  Ready: {
    Ready: 'All of the above but DeliveryHealthy are true. Otherwise Ready has the reason and message of the first one that is not.',
  },
  'any of them': {
    Forbidden: 'The apiserver does not let the operator do what is needed; the message names the verb and the resource. Give its ServiceAccount the rights of the chart\'s roles.',
    QuotaExceeded: 'A ResourceQuota of the namespace does not let an object be made. Raise it, or make room in it.',
    RefusedByApiserver: 'The apiserver refuses an object of the operator\'s for good; the message is its own.',
    Waiting: 'Not looked at yet, because an earlier condition is not true; the message names it.',
  },
} as const;

export const PEER_REASONS = {
  Accepted: {
    Accepted: 'The declaration counts.',
    TenantNotFound: 'There is no Tenant of the name in `spec.tenantRef` in this namespace.',
    IsTenantItself: '`spec.serverName` is the tenant\'s own. Delete the Peer.',
    Duplicate: 'An older Peer of the same Tenant declares this server already. Delete one of them.',
    Blocked: 'The tenant blocks this server: `spec.peering.blockedServers` of its Tenant, or its admin in the dashboard.',
    FederationClosed: 'The tenant federates with nobody: `spec.peering.mode` of its Tenant, or its admin, says Closed.',
    NotAllowed: 'The tenant allows other servers only: `spec.peering.allowedServers` of its Tenant, or its admin\'s list; the message says which.',
    Removed: 'Federation with this server was ended; it is refused until the admin of the tenant adds it again.',
  },
  ResolvedRefs: {
    ResolvedRefs: 'Every Secret that the spec names is there.',
    SecretNotFound: 'A Secret that the spec names is not in the namespace. Create it; the operator looks again by itself.',
    SecretInvalid: 'The Secret in `spec.endpoint.caSecretRef` holds no certificate under `ca.crt`. Put it right; the operator looks again by itself.',
  },
  KeysTrusted: {
    Pinned: 'Its keys are the ones that `spec.trust.pins` names.',
    TrustedOnFirstUse: 'Its keys are those that were met first, or that those have vouched for.',
    Discovered: 'Its keys are believed as TLS serves them.',
    NotYetContacted: 'Nothing has been exchanged with the server yet.',
    KeyNotPinned: 'It publishes a key that no pin names. Ask its operator for the fingerprint by another way; if it is the same, add it to `spec.trust.pins`.',
    KeyChanged: 'It publishes a key that nobody has announced; nothing is exchanged until it is confirmed in the dashboard, or pinned.',
  },
  Connected: {
    Connected: 'The server answers and takes what we send.',
    NotYetContacted: 'Nothing has been exchanged with the server yet.',
    Unreachable: 'The server does not answer; the message says how the last attempt ended.',
    Busy: 'The server asks us to wait.',
    RefusesUs: 'The server refuses this tenant. Ask its admins: it has to accept you as well.',
    Suspended: '`spec.policy.suspend` is true: nothing is taken from this server or sent to it; what waits is kept.',
    Paused: 'The admin of the tenant has paused delivery to this server; what waits is kept.',
    RemovedByThem: 'The other server has ended federation; it is heard again once its admin adds this tenant.',
  },
  InSync: {
    InSync: 'Nothing waits for the server.',
    NotYetContacted: 'Nothing has been exchanged with the server yet.',
    Behind: 'Events wait for the server; `status.backlog` says how many.',
    LanesStopped: 'Rooms are stopped, because the two servers hold different histories of them. An admin of the tenant compares and resumes them in the dashboard.',
  },
  Ready: {
    Ready: 'Accepted, resolved and connected. A backlog does not count. Otherwise Ready has the reason and message of the first one that is not.',
  },
} as const;

/** Reasons of Events beside those of Ready, each change of which is an Event too. */
export const EVENT_REASONS = {
  KeyGenerated: 'A signing key was made.',
  KeyAdopted: 'The key in `spec.signing.importSecretRef` was adopted.',
  KeyPromoted: 'The next key signs from now on.',
  KeyRetiring: 'A key signs no more; it stays published for what is on its way.',
  KeyRetired: 'The private part of a key is gone; its public part stays published for ever.',
  KeyRevoked: 'A key was revoked; nothing that it has signed is believed any more.',
  SecretMissing: 'The Secret of the key that signed is gone, and a new key was made. Peers that pin the old key stop until they know the new one.',
  SecretTampered: 'The Secret of a key no longer holds it, and a new key was made. Peers that pin the old key stop until they know the new one.',
  SeverRequested: 'The annotation `federation.scaiwave.io/sever` is being acted on: the server is refused from now on, and what was shared is cut.',
  Severed: 'Federation with a server has ended, by the annotation; the message counts what was cut.',
  SeverDryRun: 'What `federation.scaiwave.io/sever` would cut; `status.severance` has the figures.',
  SeverRequestInvalid: 'An annotation that asks to sever cannot be acted on; the message says what is wrong with it.',
  DrainTimedOut: 'A deleted Tenant went before everything was delivered; the message says what was left.',
  DriftCorrected: 'Somebody had changed an object of the operator\'s, and it was put right.',
} as const;

type ReasonsOf<Table> = Table[keyof Table] extends infer Reasons ? (Reasons extends unknown ? keyof Reasons : never) : never;
export type TenantReason = ReasonsOf<typeof TENANT_REASONS>;
export type PeerReason = ReasonsOf<typeof PEER_REASONS>;
/** Of an Event; a change of Ready is told with the reason of Ready. */
export type EventReason = keyof typeof EVENT_REASONS | TenantReason | PeerReason;
