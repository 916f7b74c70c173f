// Made by `make gen` from /crds: change those, not this.
/* oxlint-disable max-lines */

/** What the provider wants for this tenant. */
export interface TenantSpec {
  /** The name under which other servers know this tenant: a lower-case DNS name with an optional port, the host part of @alice:chat.acme.example. Required. Can never be changed, and is claimed once in the cluster: the oldest Tenant with a name keeps it. */
  serverName: string;
  /** What people see as the name of the tenant. Default: serverName. Can be changed at any time. */
  displayName?: string;
  /** true refuses inbound requests with 503, pauses delivery and scales the tenant's workers to 0; keys keep rotating and nothing is lost. Default: false. Can be changed at any time. */
  suspend?: boolean;
  /** How the tenant's people log in. */
  auth: {
    /** The OpenID Connect provider whose people these are. */
    oidc: {
      /** Issuer URL, exactly as the provider states it. Plain http only for names that end in localhost or .test. Required. Can be changed; everybody then logs in again. */
      issuer: string;
      /** OAuth client id; tokens must have it as audience. Required. Can be changed. */
      clientId: string;
      /** Secret of the same namespace with the client secret under the key clientSecret. Default: none, as logging in uses PKCE and needs no secret. Can be changed. */
      clientSecretRef?: {
        /** Name of the Secret. Required here. Can be changed. */
        name: string;
      };
      /** Values of the role claim that make somebody an admin of the tenant. Default: [admin]. Can be changed; takes effect with the next login. */
      adminRoles?: string[];
    };
  };
  /** The keys that sign what this tenant says to other servers. */
  signing?: {
    /** When a new key takes over. */
    rotation?: {
      /** Time from one key to the next; 0s means only by hand. Default: 8760h (a year). Can be changed. */
      interval?: string;
      /** How long a new key is published before it signs. Default: 24h. Can be changed. */
      publishLead?: string;
      /** How long the previous key stays valid for what is in flight. Default: 168h. Can be changed. */
      overlap?: string;
    };
    /** Keys (kid) that are revoked at once, without overlap, and published as revoked. Default: none. Can be changed, but a revocation is never undone: taking a key out of the list does not bring it back. */
    revokedKeyIDs?: string[];
    /** Secret of the same namespace with an existing Ed25519 key to adopt, once. Default: none; a key is generated. Can be changed; a key that was adopted stays. */
    importSecretRef?: {
      /** Name of the Secret. Required here. Can be changed. */
      name: string;
    };
    /** Keep every private key also as a libsodium sealed box. */
    backup?: {
      /** X25519 public key (base64) whose holder alone opens the backup. Required here. Can be changed; older backups stay closed for the new key. */
      recoveryPublicKey: string;
    };
  };
  /** With which servers this tenant federates. What is left out here is free for the tenant's admin in the dashboard; what is stated here cannot be loosened there, only tightened. */
  peering?: {
    /** Open: anybody who is not blocked. InviteOnly: only servers on an accepted list or with a Peer. Closed: nobody. Default when neither provider nor admin says anything: InviteOnly. Can be changed at any time. */
    mode?: 'Open' | 'InviteOnly' | 'Closed';
    /** Servers that may be accepted, beside those with a Peer: names, or *.suffix for all names below a domain. Default: no statement. Can be changed at any time. */
    allowedServers?: string[];
    /** Servers that are always refused, in and out. Same form. Default: none. Can be changed at any time. */
    blockedServers?: string[];
    /** How many people of other servers one room may have. Default when nobody says anything: 50. Can be changed. */
    maxForeignParticipantsPerRoom?: number;
    /** How many old events one request may read; 0 gives no history. Default when nobody says anything: 1000. Can be changed. */
    maxBackfillEventsPerRequest?: number;
    /** Who may search our people: Nobody, Peers or Open. Default when nobody says anything: Peers. Can be changed. */
    directory?: 'Nobody' | 'Peers' | 'Open';
    /** Which servers we accept to meet in rooms hosted by others: Any, or only Accepted ones. Default when nobody says anything: Any. Can be changed. */
    thirdPartyServers?: 'Any' | 'Accepted';
  };
  /** How events are sent to other servers. */
  delivery?: {
    /** Longest wait for a peer's answer. Default: 30s; more than the installation's REQUEST_TIMEOUT_MS (30s) counts as that. Can be changed. */
    timeout?: string;
    /** Batches in flight to one peer at once, each of another room. Default: 8. Can be changed. */
    maxInFlightPerPeer?: number;
    /** Age at which an undelivered event is marked failed (and kept). Default: 24h. Can be changed. */
    giveUpAfter?: string;
    /** Waiting between attempts while a peer is away. */
    backoff?: {
      /** Wait after the first failure; doubles from there. Default: 1s. Can be changed. */
      initial?: string;
      /** Longest wait. Default: 15m. Can be changed. */
      max?: string;
    };
  };
  /** Which workers sign and deliver for this tenant. */
  workers?: {
    /** Shared: the pool of all tenants. Dedicated: workers of its own. Default: Shared. Can be changed at any time. */
    mode?: 'Shared' | 'Dedicated';
    /** The tenant's own workers; only with mode Dedicated. */
    dedicated?: {
      /** Fixed number of workers. Default: 2, unless autoscaling is given. Can be changed. */
      replicas?: number;
      /** CPU and memory of one worker, as in a Pod. Default: those of the shared pool. Can be changed; restarts the workers. */
      resources?: {
        /** What is reserved for one worker, for example {cpu: 250m, memory: 256Mi}. Default: that of the shared pool. Can be changed. */
        requests?: Record<string, number | string>;
        /** What one worker may use at most. Default: that of the shared pool. Can be changed. */
        limits?: Record<string, number | string>;
      };
      /** Scale the workers with the load. */
      autoscaling?: {
        /** What scales on the age of the oldest event that could go: Keda, or HPA by an external metric. Default: Keda. Can be changed. */
        provider?: 'Keda' | 'HPA';
        /** Fewest workers. Default: 1. Can be changed. */
        minReplicas?: number;
        /** Most workers. Default: 10. Can be changed. */
        maxReplicas?: number;
        /** Age of the oldest pending event above which workers are added. Default: 5s. Can be changed. */
        targetOldestPendingAge?: string;
      };
      /** Where the workers run. Default: like the shared pool. Can be changed; restarts the workers. */
      podTemplate?: {
        /** Labels added to each Pod. Default: none. Can be changed. */
        labels?: Record<string, string>;
        /** Annotations added to each Pod. Default: none. Can be changed. */
        annotations?: Record<string, string>;
        /** Labels that a Node must have. Default: those of the shared pool. Can be changed. */
        nodeSelector?: Record<string, string>;
        /** Priority class of the Pods. Default: that of the shared pool. Can be changed. */
        priorityClassName?: string;
        /** Taints that the Pods tolerate. Default: those of the shared pool. Can be changed. */
        tolerations?: {
          /** Key of the taint. Default: every taint, with operator Exists. Can be changed. */
          key?: string;
          /** Exists asks for the key only, Equal for the value too. Default: Equal. Can be changed. */
          operator?: 'Exists' | 'Equal';
          /** Value of the taint, with operator Equal. Default: empty. Can be changed. */
          value?: string;
          /** Effect of the taint. Default: all effects. Can be changed. */
          effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
          /** With NoExecute, for how long. Default: for ever. Can be changed. */
          tolerationSeconds?: number;
        }[];
        /** Affinity of the Pods, as in a Pod. Default: that of the shared pool. Can be changed. */
        affinity?: Record<string, unknown>;
      };
    };
  };
  /** How the server_name reaches the API. */
  exposure?: {
    /** Ingress, HTTPRoute, or None when you route the name yourself. Default: that of the installation's chart. Can be changed; the old object is removed after the new one is there. */
    type?: 'Ingress' | 'HTTPRoute' | 'None';
    /** Ingress class, or name of the Gateway for HTTPRoute. Default: that of the chart. Can be changed. */
    className?: string;
    /** The certificate for the server_name. */
    tls?: {
      /** cert-manager issuer that makes the certificate. Default: that of the chart. Can be changed. */
      issuerRef?: {
        /** Name of the issuer. Required here. Can be changed. */
        name: string;
        /** Kind of the issuer. Default: ClusterIssuer. Can be changed. */
        kind?: 'Issuer' | 'ClusterIssuer';
      };
      /** TLS Secret that you keep yourself, beside the API: in the namespace of the installation. Default: none. Can be changed. */
      secretRef?: {
        /** Name of the Secret, in the namespace of the installation. Required here. Can be changed. */
        name: string;
      };
    };
  };
  /** What happens when this Tenant is deleted. */
  deletionPolicy?: {
    /** Retain keeps the private keys, so that the same Tenant can come back; Delete removes them. Default: Retain. Can be changed. */
    keys?: 'Retain' | 'Delete';
    /** Drain delivers what is pending first, up to drainTimeout; Discard does not. Default: Drain. Can be changed. */
    queue?: 'Drain' | 'Discard';
    /** Longest time to drain. Default: 10m. Can be changed. */
    drainTimeout?: string;
  };
}

/** What the operator sees. Never edit it. */
export interface TenantStatus {
  /** The generation of spec that this status is about. */
  observedGeneration?: number;
  /** Accepted, ResolvedRefs, KeysReady, PolicyProgrammed, WorkersReady, Exposed, DeliveryHealthy, Active, and Ready as their summary; ReconciliationPaused only while paused. */
  conditions?: {
    /** What the condition is about. */
    type: string;
    /** True is good, whichever condition it is. */
    status: 'True' | 'False' | 'Unknown';
    /** Why, in one word. docs/operating/conditions.md lists every reason with what to do about it. */
    reason: string;
    /** Why, in a sentence that says what to do; empty when there is nothing to say. */
    message: string;
    /** The generation of spec that was looked at. */
    observedGeneration?: number;
    /** When the status last changed. */
    lastTransitionTime: string;
  }[];
  /** The signing keys. */
  keys?: {
    /** kid that signs now. */
    active?: string;
    /** kid that is published and will sign next. */
    next?: string;
    /** kids that sign no more and are still published, for what is in flight. */
    retiring?: string[];
    /** Every key in the descriptor, the newest 64. */
    published?: {
      /** Name of the key; derived from it. */
      kid: string;
      /** What a peer pins: SHA256: and the base64 SHA-256 of the public key. */
      fingerprint: string;
      /** Next will sign, Active signs, Retiring signed and is still good for what is in flight, Retired is kept to verify old events, Revoked is not to be believed. */
      state: 'Next' | 'Active' | 'Retiring' | 'Retired' | 'Revoked';
      /** From when the key signs. */
      signFrom: string;
      /** Until when new events of the key are believed. */
      expiresAt?: string;
      /** The Secret of this namespace that holds the key. */
      secretName: string;
    }[];
    /** When the next key signs; empty when rotated by hand only. */
    nextRotationTime?: string;
    /** The value of the annotation rotate-requested-at that was acted on last. */
    lastHandledRotateRequest?: string;
  };
  /** The peering policy as the data plane has it. */
  policy?: {
    /** Changes whenever the policy in force, or a declared peer, does. */
    hash?: string;
    /** When it was last written for API and workers; they follow within 5 s. */
    programmedAt?: string;
  };
  /** The workers that serve the tenant. */
  workers?: {
    /** Whose workers they are. */
    mode?: 'Shared' | 'Dedicated';
    /** Workers that there are. */
    replicas?: number;
    /** Workers that are ready. */
    readyReplicas?: number;
    /** Label selector of their Pods, in the namespace of the installation. */
    selector?: string;
  };
  /** How many servers this tenant knows. */
  peers?: {
    /** All of them, declared or met. */
    total?: number;
    /** Those that answer and are not blocked. */
    healthy?: number;
    /** Those that are blocked or removed. */
    blocked?: number;
  };
  /** What waits; written at most every 30 s. */
  delivery?: {
    /** Events that wait for a peer. */
    backlog?: number;
    /** Age of the oldest of them, for example 12s. */
    oldestPendingAge?: string;
    /** Events that were given up in the last 24 hours. */
    failed24h?: number;
  };
  /** Result of the last sever or dry run. */
  severance?: {
    /** The server that was or would be cut off. */
    serverName?: string;
    /** Shared rooms that it loses. */
    rooms?: number;
    /** People of it in those rooms. */
    people?: number;
    /** Events that it does not get any more. */
    undelivered?: number;
    /** When this was counted. */
    observedAt?: string;
    /** When it was cut off; empty after a dry run. */
    executedAt?: string;
    /** The sever annotation that was acted on last; it does not act again. */
    lastHandled?: string;
    /** The sever-dry-run annotation that was acted on last. */
    lastHandledDryRun?: string;
    /** Why nothing was done. */
    message?: string;
  };
  /** The spec with its defaults, as it is in force. */
  effective?: {
    /** The policy in force, of provider and admin the stricter; decidedBy tells for each field whose it is. */
    peering?: {
      /** The peering mode in force. */
      mode?: string;
      [field: string]: unknown;
    };
    [field: string]: unknown;
  };
}

/** What the provider declares about the peer. */
export interface PeerSpec {
  /** The Tenant, of the same namespace, whose peer this is. Required. Cannot be changed. */
  tenantRef: {
    /** metadata.name of the Tenant. Required. Cannot be changed. */
    name: string;
  };
  /** The peer's server_name: a lower-case DNS name with an optional port. Required. Cannot be changed. */
  serverName: string;
  /** Where the peer is reached. Default: https:// and its server_name. Can be changed at any time. */
  endpoint?: {
    /** Base URL without a path. Host header and TLS name stay the server_name. Plain http only for names that end in .localhost or .test. Default: https:// and serverName. Can be changed. */
    url?: string;
    /** Secret of the same namespace with a CA certificate under ca.crt, for a private CA. Default: public CAs. Can be changed. */
    caSecretRef?: {
      /** Name of the Secret. Required here. Can be changed. */
      name: string;
    };
    /** true allows private and loopback addresses for this peer; otherwise they are refused. Default: false. Can be changed. */
    private?: boolean;
  };
  /** Which keys of the peer are believed. Default: TrustOnFirstUse. Can be changed. */
  trust?: {
    /** Pinned: only the fingerprints below. TrustOnFirstUse: the first key, and what it vouches for. Discovered: what TLS serves now. Default: TrustOnFirstUse. Can be changed. */
    mode?: 'Pinned' | 'TrustOnFirstUse' | 'Discovered';
    /** Fingerprints that are trusted. Default: none. Can be changed. */
    pins?: {
      /** SHA256: and the base64 SHA-256 of the raw public key, without padding, as the dashboard shows it. Required here. Can be changed. */
      fingerprint: string;
      /** The pin ends then. Default: never. Can be changed. */
      notAfter?: string;
    }[];
    /** With Pinned: Reject a key that is not pinned, or AcceptSignedByPinned when a pinned key vouches for it. Default: Reject. Can be changed. */
    onUnknownKey?: 'Reject' | 'AcceptSignedByPinned';
  };
  /** What differs for this peer from the tenant's peering. */
  policy?: {
    /** true refuses this peer and pauses delivery to it; nothing is lost. Default: false. Can be changed. */
    suspend?: boolean;
    /** People of this peer in one room. Default: the tenant's limit; the smaller of both counts. Can be changed. */
    maxForeignParticipantsPerRoom?: number;
    /** false refuses new invitations from this peer; shared rooms go on. Default: true. Can be changed. */
    allowInvites?: boolean;
  };
}

/** What the operator sees. Never edit it. */
export interface PeerStatus {
  /** The generation of spec that this status is about. */
  observedGeneration?: number;
  /** Accepted, ResolvedRefs, KeysTrusted, Connected, InSync, and Ready as their summary. */
  conditions?: {
    /** What the condition is about. */
    type: string;
    /** True is good, whichever condition it is. */
    status: 'True' | 'False' | 'Unknown';
    /** Why, in one word. docs/operating/conditions.md lists every reason with what to do about it. */
    reason: string;
    /** Why, in a sentence that says what to do; empty when there is nothing to say. */
    message: string;
    /** The generation of spec that was looked at. */
    observedGeneration?: number;
    /** When the status last changed. */
    lastTransitionTime: string;
  }[];
  /** Keys that the peer publishes, the newest 64. */
  observedKeys?: {
    /** Name of the key; derived from it. */
    kid: string;
    /** What spec.trust.pins can name. */
    fingerprint?: string;
    /** Whether we believe it. */
    state?: string;
    /** Until when the peer says that it is good. */
    validUntil?: string;
  }[];
  /** Last valid message from the peer. */
  lastSeen?: string;
  /** The last failure. */
  lastError?: {
    /** What went wrong in one word. */
    code?: string;
    /** What went wrong in a sentence. */
    message?: string;
    /** When. */
    at?: string;
  };
  /** Since when nothing reaches the peer; empty while it answers. */
  failingSince?: string;
  /** Events that wait for this peer. */
  backlog?: number;
  /** Age of the oldest of them, in steps of 30 s, for example 90s. */
  oldestPendingAge?: string;
  /** Rooms with people of both servers. */
  sharedRooms?: number;
  /** The declaration with its defaults. */
  effective?: {
    /** spec.trust.mode or its default. */
    trustMode?: string;
    /** Where the peer is reached. */
    endpointUrl?: string;
  };
}
