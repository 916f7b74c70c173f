/**
 * What the schemas in /crds refuse, and what they just let through: the same table is put to a real apiserver and to the check of the
 * files of `scaiwave up`. Rows of a rule in CEL have its sentence; the others are refused in each side's own words, by the name of the field.
 */
export interface Row {
  what: string;
  kind: 'Tenant' | 'Peer';
  spec: Record<string, unknown>;
  name?: string;
}

export interface BadRow extends Row {
  /** as both sides name it */
  field: string;
  sentence?: string;
}

/** A change that is refused of something that was right as it stood. */
export interface BadChange extends BadRow {
  before: Record<string, unknown>;
}

const tenant = (what: string, spec: Record<string, unknown>): Row => ({ what, kind: 'Tenant', spec });
const peer = (what: string, spec: Record<string, unknown>): Row => ({ what, kind: 'Peer', spec });
const pin = { fingerprint: `SHA256:${'A'.repeat(43)}` };
const dedicated = (own: object) => ({ workers: { mode: 'Dedicated', dedicated: own } });
const scaling = (own: object) => dedicated({ autoscaling: own });
const rotation = (own: object) => ({ signing: { rotation: own } });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `s${index}.example`);

/** A whole resource around the fields of a row. */
export function resourceOf({ kind, spec, name = 'acme' }: Row, namespace: string): object {
  const required = kind === 'Tenant' ? { serverName: 'acme.example', auth: { oidc: { issuer: 'https://id.example', clientId: 'scaiwave' } } } : { tenantRef: { name: 'acme' }, serverName: 'partner.example' };
  return { apiVersion: 'federation.scaiwave.io/v1alpha1', kind, metadata: { name, namespace }, spec: { ...required, ...spec } };
}

export const GOOD: readonly Row[] = [
  tenant('nothing but what is required', {}),
  tenant('a port in serverName', { serverName: 'acme.example:8448' }),
  { ...tenant('a name of 40 characters', {}), name: 'a'.repeat(40) },
  tenant('rotation by hand, whatever lead and overlap are', rotation({ interval: '0s', publishLead: '999h', overlap: '999h' })),
  tenant('lead and overlap just below the interval', rotation({ interval: '193h' })),
  tenant('as many workers at least as at most', scaling({ minReplicas: 3, maxReplicas: 3 })),
  tenant('no workers while nothing is to do', scaling({ minReplicas: 0 })),
  tenant('whole numbers and texts as resources', dedicated({ replicas: 2, resources: { requests: { cpu: 1, memory: '256Mi' }, limits: { cpu: '1.5' } } })),
  tenant('a first wait as long as the longest', { delivery: { backoff: { initial: '15m' } } }),
  tenant('a suffix allowed and a name below it blocked', { peering: { allowedServers: ['*.partner.example'], blockedServers: ['bad.partner.example'] } }),
  tenant('256 allowed servers', { peering: { allowedServers: names(256) } }),
  tenant('a name routed by hand', { exposure: { type: 'None' } }),
  tenant('plain http at an issuer on this machine', { auth: { oidc: { issuer: 'http://localhost:8082', clientId: 'x' } } }),
  peer('nothing but what is required', {}),
  peer('pins with their mode', { trust: { mode: 'Pinned', pins: [{ ...pin, notAfter: '2027-01-01T00:00:00Z' }], onUnknownKey: 'AcceptSignedByPinned' } }),
  peer('plain http to a server on this machine', { serverName: 'my.localhost:9999', endpoint: { url: 'http://my.localhost:9999', private: true } }),
];

export const BAD: readonly BadRow[] = [
  { ...tenant('a name of 41 characters', {}), name: 'a'.repeat(41), field: '', sentence: 'metadata.name may have at most 40 characters: names of other objects are made from it' },
  { ...tenant('an IP address as serverName', { serverName: '10.0.0.1' }), field: 'spec.serverName', sentence: 'serverName must be a DNS name, not an IP address' },
  { ...tenant('an IP address with a port', { serverName: '10.0.0.1:8448' }), field: 'spec.serverName', sentence: 'serverName must be a DNS name, not an IP address' },
  { ...tenant('a port that there is not', { serverName: 'acme.example:65536' }), field: 'spec.serverName', sentence: 'the port in serverName must be at most 65535' },
  { ...tenant('upper case in serverName', { serverName: 'Acme.example' }), field: 'spec.serverName' },
  { ...tenant('a serverName that ends in a dot', { serverName: 'acme.example.' }), field: 'spec.serverName' },
  { ...tenant('a serverName of 256 characters', { serverName: `${'a.'.repeat(127)}ab` }), field: 'spec.serverName' },
  { ...tenant('no way to log in', { auth: {} }), field: 'spec.auth.oidc' },
  { ...tenant('plain http at a public issuer', { auth: { oidc: { issuer: 'http://id.example', clientId: 'x' } } }), field: 'spec.auth.oidc.issuer' },
  { ...tenant('a field that is not there', { peering: { moed: 'Open' } }), field: 'spec.peering.moed' },
  { ...tenant('a value in the wrong case', { peering: { mode: 'open' } }), field: 'spec.peering.mode' },
  { ...tenant('a word instead of a truth value', { suspend: 'yes' }), field: 'spec.suspend' },
  { ...tenant('a server both allowed and blocked', { peering: { allowedServers: ['a.example', 'b.example'], blockedServers: ['b.example'] } }), field: 'spec.peering', sentence: 'a server cannot be in allowedServers and in blockedServers at once; take it out of one of them' },
  { ...tenant('a server allowed twice', { peering: { allowedServers: ['a.example', 'a.example'] } }), field: 'spec.peering.allowedServers' },
  { ...tenant('257 blocked servers', { peering: { blockedServers: names(257) } }), field: 'spec.peering.blockedServers' },
  { ...tenant('a star in the middle of a name', { peering: { allowedServers: ['a.*.example'] } }), field: 'spec.peering.allowedServers[0]' },
  { ...tenant('more history than there is in one answer', { peering: { maxBackfillEventsPerRequest: 1001 } }), field: 'spec.peering.maxBackfillEventsPerRequest' },
  { ...tenant('fewer people than none', { peering: { maxForeignParticipantsPerRoom: -1 } }), field: 'spec.peering.maxForeignParticipantsPerRoom' },
  { ...tenant('lead and overlap as long as the interval', rotation({ interval: '192h' })), field: 'spec.signing.rotation', sentence: 'publishLead and overlap together must be shorter than interval (or interval 0s: rotate by hand)' },
  { ...tenant('a duration without a unit', rotation({ interval: '8760' })), field: 'spec.signing.rotation.interval' },
  { ...tenant('a kid of another kind of key', { signing: { revokedKeyIDs: ['rsa:AAAAAAAAAA'] } }), field: 'spec.signing.revokedKeyIDs[0]' },
  { ...tenant('a recovery key that is too short', { signing: { backup: { recoveryPublicKey: 'AAAA' } } }), field: 'spec.signing.backup.recoveryPublicKey' },
  { ...tenant('a first wait longer than the longest', { delivery: { backoff: { initial: '20m' } } }), field: 'spec.delivery.backoff', sentence: 'initial must not be longer than max' },
  { ...tenant('an answer that is waited for too long', { delivery: { timeout: '6m' } }), field: 'spec.delivery.timeout', sentence: 'timeout must be between 1s and 5m' },
  { ...tenant('giving up after more than a day', { delivery: { giveUpAfter: '25h' } }), field: 'spec.delivery.giveUpAfter', sentence: 'giveUpAfter must be between 1m and 24h' },
  { ...tenant('65 batches in flight', { delivery: { maxInFlightPerPeer: 65 } }), field: 'spec.delivery.maxInFlightPerPeer' },
  { ...tenant('dedicated workers without the mode', { workers: { dedicated: { replicas: 2 } } }), field: 'spec.workers', sentence: 'dedicated is only used with mode: Dedicated; set the mode or take dedicated out' },
  { ...tenant('dedicated workers in the shared mode', { workers: { mode: 'Shared', dedicated: {} } }), field: 'spec.workers', sentence: 'dedicated is only used with mode: Dedicated; set the mode or take dedicated out' },
  { ...tenant('replicas and autoscaling', dedicated({ replicas: 2, autoscaling: {} })), field: 'spec.workers.dedicated', sentence: 'give either replicas or autoscaling, not both' },
  { ...tenant('more workers at least than at most', scaling({ minReplicas: 4, maxReplicas: 3 })), field: 'spec.workers.dedicated.autoscaling', sentence: 'minReplicas must not be more than maxReplicas' },
  { ...tenant('more workers at least than the default at most', scaling({ minReplicas: 11 })), field: 'spec.workers.dedicated.autoscaling', sentence: 'minReplicas must not be more than maxReplicas' },
  { ...tenant('an amount of memory that is none', dedicated({ resources: { limits: { memory: 'much' } } })), field: 'spec.workers.dedicated.resources.limits.memory' },
  { ...tenant('a class for a way in that is not wanted', { exposure: { type: 'None', className: 'nginx' } }), field: 'spec.exposure', sentence: 'className and tls are not used with type: None; take them out, or set Ingress or HTTPRoute' },
  { ...tenant('two certificates', { exposure: { tls: { issuerRef: { name: 'a' }, secretRef: { name: 'b' } } } }), field: 'spec.exposure.tls', sentence: 'give either issuerRef or secretRef, not both' },
  { ...tenant('a drain for ever', { deletionPolicy: { drainTimeout: 'forever' } }), field: 'spec.deletionPolicy.drainTimeout' },
  { ...peer('no tenant', { tenantRef: {} }), field: 'spec.tenantRef.name' },
  { ...peer('an IP address', { serverName: '192.0.2.1' }), field: 'spec.serverName', sentence: 'serverName must be a DNS name, not an IP address' },
  { ...peer('plain http to a public server', { endpoint: { url: 'http://partner.example' } }), field: 'spec.endpoint.url' },
  { ...peer('a path in the endpoint', { endpoint: { url: 'https://partner.example/federation' } }), field: 'spec.endpoint.url' },
  { ...peer('the pinned mode without a pin', { trust: { mode: 'Pinned' } }), field: 'spec.trust', sentence: 'mode: Pinned needs at least one entry in pins' },
  { ...peer('pins without the mode', { trust: { pins: [pin] } }), field: 'spec.trust', sentence: 'pins are only used with mode: Pinned; set the mode or take pins out' },
  { ...peer('what to do with unknown keys, without the mode', { trust: { onUnknownKey: 'Reject' } }), field: 'spec.trust', sentence: 'onUnknownKey is only used with mode: Pinned; set the mode or take onUnknownKey out' },
  { ...peer('a fingerprint of another hash', { trust: { mode: 'Pinned', pins: [{ fingerprint: 'SHA1:AAAA' }] } }), field: 'spec.trust.pins[0].fingerprint' },
  { ...peer('a pin that ends at no time', { trust: { mode: 'Pinned', pins: [{ ...pin, notAfter: 'tomorrow' }] } }), field: 'spec.trust.pins[0].notAfter' },
  { ...peer('a direction, which there is not', { policy: { direction: 'Both' } }), field: 'spec.policy.direction' },
];

export const BAD_CHANGES: readonly BadChange[] = [
  { ...tenant('another serverName', { serverName: 'other.example' }), before: {}, field: 'spec.serverName', sentence: 'serverName cannot be changed: other servers know this tenant by it; make a new Tenant instead' },
  { ...peer('another serverName', { serverName: 'other.example' }), before: {}, field: 'spec.serverName', sentence: 'serverName cannot be changed; make a new Peer instead' },
  { ...peer('another tenant', { tenantRef: { name: 'globex' } }), before: {}, field: 'spec.tenantRef', sentence: 'tenantRef cannot be changed; make a new Peer instead' },
];
