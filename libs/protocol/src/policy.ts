import { z } from 'zod';
import { serverNameSchema, type ServerName } from './ids.js';

export const defaultModeSchema = z.enum(['open', 'invite_only', 'closed']);
export type DefaultMode = z.infer<typeof defaultModeSchema>;

/** A server name, or `*.` and a suffix: every name below that suffix, the suffix itself not included. */
export const serverPatternSchema = z.string().refine(isServerPattern, 'must be a server name or *.suffix');
function isServerPattern(pattern: string): boolean {
  const name = pattern.startsWith('*.') ? pattern.slice(2) : pattern;
  return serverNameSchema.safeParse(name).success;
}

const patternsSchema = z.array(serverPatternSchema).max(10_000);

/** A tenant's peering policy, in the protocol's own (lower-case) form. */
export const policySchema = z.strictObject({
  default_mode: defaultModeSchema,
  /** null = never set: all servers, as far as this list goes. */
  allowed_peers: patternsSchema.nullable(),
  blocked_peers: patternsSchema,
  max_foreign_participants_per_room: z.int().min(0).max(1_000_000),
  max_backfill_events_per_request: z.int().min(0).max(1_000),
  third_party_servers: z.enum(['any', 'accepted']),
  directory: z.enum(['nobody', 'peers', 'open']),
});
export type Policy = z.infer<typeof policySchema>;
/** What one side has stated; a field left out is free. */
export const partialPolicySchema = policySchema.partial();
export type PartialPolicy = z.infer<typeof partialPolicySchema>;
export type PolicyField = keyof Policy;

export const DEFAULT_POLICY: Policy = {
  default_mode: 'invite_only',
  allowed_peers: null,
  blocked_peers: [],
  max_foreign_participants_per_room: 50,
  max_backfill_events_per_request: 1_000,
  third_party_servers: 'any',
  directory: 'peers',
};

export function matchesServerPattern(pattern: string, name: string): boolean {
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1 : pattern === name;
}

/** Values of the Tenant resource and the protocol's values for them. One table, both ways. */
export const RESOURCE_VALUES = {
  default_mode: { Open: 'open', InviteOnly: 'invite_only', Closed: 'closed' },
  third_party_servers: { Any: 'any', Accepted: 'accepted' },
  directory: { Nobody: 'nobody', Peers: 'peers', Open: 'open' },
} as const;
/** Fields of `Tenant.spec.peering` and the protocol's fields for them. */
export const RESOURCE_FIELDS = {
  mode: 'default_mode',
  allowedServers: 'allowed_peers',
  blockedServers: 'blocked_peers',
  maxForeignParticipantsPerRoom: 'max_foreign_participants_per_room',
  maxBackfillEventsPerRequest: 'max_backfill_events_per_request',
  thirdPartyServers: 'third_party_servers',
  directory: 'directory',
} as const satisfies Record<string, PolicyField>;

/**
 * Translates `Tenant.spec.peering` to the protocol's form; what it leaves out stays out.
 * @throws z.ZodError when a value is none of the resource's
 */
export function parseResourcePolicy(peering: Readonly<Record<string, unknown>>): PartialPolicy {
  const policy: Record<string, unknown> = {};
  for (const [theirs, ours] of Object.entries(RESOURCE_FIELDS)) {
    const value = peering[theirs];
    if (value === undefined || value === null) continue;
    const values: Readonly<Record<string, string>> | undefined = ours in RESOURCE_VALUES ? RESOURCE_VALUES[ours as keyof typeof RESOURCE_VALUES] : undefined;
    policy[ours] = values ? (values[String(value)] ?? value) : value;
  }
  return partialPolicySchema.parse(policy);
}

/** The policy in force, with the lists it was made from and who decides each field. */
export interface EffectivePolicy extends Policy {
  readonly lists: {
    /** The provider's allowedServers ∪ its Peers; null when allowedServers is not stated. */
    readonly provider: readonly string[] | null;
    /** The provider's Peers. They name a server also where allowedServers is not stated. */
    readonly declared: readonly string[];
    readonly admin: readonly string[] | null;
  };
  readonly decidedBy: Readonly<Record<PolicyField, 'provider' | 'admin' | 'default'>>;
}

const STRICTNESS = {
  default_mode: ['open', 'invite_only', 'closed'],
  third_party_servers: ['any', 'accepted'],
  directory: ['open', 'peers', 'nobody'],
} as const;
type Chosen<V> = { value: V; by: 'provider' | 'admin' | 'default' };

function choose<V>(sides: { provider: V | undefined; admin: V | undefined; fallback: V }, isStricter: (a: V, b: V) => boolean): Chosen<V> {
  const { provider, admin, fallback } = sides;
  if (provider === undefined && admin === undefined) return { value: fallback, by: 'default' };
  if (admin === undefined) return { value: provider as V, by: 'provider' };
  if (provider === undefined || isStricter(admin, provider)) return { value: admin, by: 'admin' };
  return { value: provider, by: 'provider' };
}

/** Puts the provider's and the admin's policy together: in every field the more restrictive one is in force. */
export function effectivePolicy(provider: PartialPolicy, admin: PartialPolicy, declaredPeers: readonly string[] = []): EffectivePolicy {
  const pick = <F extends PolicyField>(field: F, isStricter: (a: Policy[F], b: Policy[F]) => boolean): Chosen<Policy[F]> =>
    choose({ provider: (provider as Partial<Policy>)[field], admin: (admin as Partial<Policy>)[field], fallback: DEFAULT_POLICY[field] }, isStricter);
  const scale = <F extends keyof typeof STRICTNESS>(field: F) => {
    const order: readonly string[] = STRICTNESS[field];
    return pick(field, (a, b) => order.indexOf(a) > order.indexOf(b));
  };
  const minimum = (field: 'max_foreign_participants_per_room' | 'max_backfill_events_per_request') => pick(field, (a, b) => a < b);
  const chosen = {
    default_mode: scale('default_mode'),
    third_party_servers: scale('third_party_servers'),
    directory: scale('directory'),
    max_foreign_participants_per_room: minimum('max_foreign_participants_per_room'),
    max_backfill_events_per_request: minimum('max_backfill_events_per_request'),
    allowed_peers: allowed(provider, admin, declaredPeers),
    blocked_peers: blocked(provider, admin),
  };
  const lists = { provider: union(provider.allowed_peers, declaredPeers), declared: declaredPeers, admin: admin.allowed_peers ?? null };
  const values = Object.fromEntries(Object.entries(chosen).map(([field, { value }]) => [field, value])) as unknown as Policy;
  const decidedBy = Object.fromEntries(Object.entries(chosen).map(([field, { by }]) => [field, by])) as EffectivePolicy['decidedBy'];
  return { ...values, lists, decidedBy };
}

function union(list: readonly string[] | null | undefined, more: readonly string[]): string[] | null {
  return list ? [...new Set([...list, ...more])] : null;
}

/** What both lists let through, for showing; decidePeering looks at the lists themselves. */
function allowed(provider: PartialPolicy, admin: PartialPolicy, declared: readonly string[]): Chosen<string[] | null> {
  const theirs = union(provider.allowed_peers, declared);
  const ours = admin.allowed_peers ?? null;
  if (theirs && ours) {
    const both = [...theirs.filter((entry) => covers(ours, entry)), ...ours.filter((entry) => covers(theirs, entry))];
    return { value: [...new Set(both)], by: 'provider' };
  }
  if (theirs) return { value: theirs, by: 'provider' };
  if (ours) return { value: ours, by: 'admin' };
  return declared.length > 0 ? { value: [...declared], by: 'provider' } : { value: null, by: 'default' };
}

/** Is everything that `entry` matches matched by the list? */
function covers(list: readonly string[], entry: string): boolean {
  const sample = entry.startsWith('*.') ? `x${entry.slice(1)}` : entry;
  return list.some((pattern) => pattern === entry || (pattern.startsWith('*.') && matchesServerPattern(pattern, sample)));
}

function blocked(provider: PartialPolicy, admin: PartialPolicy): Chosen<string[]> {
  const value = [...new Set([...(provider.blocked_peers ?? []), ...(admin.blocked_peers ?? [])])];
  const by = provider.blocked_peers?.length ? 'provider' : admin.blocked_peers?.length ? 'admin' : 'default';
  return { value, by };
}

/** What is known about one peer beside the policy. `removed_by_them` does not refuse: they may come back. */
export type PeerStanding = 'known' | 'unknown' | 'blocked' | 'suspended' | 'removed' | 'removed_by_them';

/** The exact rule that refused, for our own admin; the peer sees one code for all. */
export type PeeringRule =
  | 'mode_closed' | 'blocked_peers' | 'peer_blocked' | 'peer_suspended' | 'peer_removed'
  | 'provider_allowed_servers' | 'admin_allowed_peers' | 'not_named';
export type PeeringVerdict =
  | { allowed: true }
  /** `early` = refused before anything is fetched or verified. A removed peer is not: its `swp.peer.severed` is still taken. */
  | { allowed: false; code: 'SW_FED_PEER_UNKNOWN'; rule: PeeringRule; early: boolean };

/** May this server federate with us? Applies to the server that makes a request, or to which we would make one. */
export function decidePeering(policy: EffectivePolicy, serverName: ServerName, standing: PeerStanding): PeeringVerdict {
  const rule = refusingRule(policy, serverName, standing);
  if (rule === null) return { allowed: true };
  return { allowed: false, code: 'SW_FED_PEER_UNKNOWN', rule, early: EARLY.has(rule) };
}

const EARLY: ReadonlySet<PeeringRule> = new Set<PeeringRule>(['mode_closed', 'blocked_peers', 'peer_blocked', 'peer_suspended']);

function refusingRule(policy: EffectivePolicy, name: ServerName, standing: PeerStanding): PeeringRule | null {
  const names = (list: readonly string[] | null) => list?.some((pattern) => matchesServerPattern(pattern, name)) ?? false;
  const { provider, declared, admin } = policy.lists;
  if (policy.default_mode === 'closed') return 'mode_closed';
  if (names(policy.blocked_peers)) return 'blocked_peers';
  if (standing === 'blocked') return 'peer_blocked';
  if (standing === 'suspended') return 'peer_suspended';
  if (standing === 'removed') return 'peer_removed';
  if (provider !== null && !names(provider)) return 'provider_allowed_servers';
  if (admin !== null && !names(admin)) return 'admin_allowed_peers';
  const isNamed = names(provider) || names(declared) || names(admin);
  return policy.default_mode === 'invite_only' && !isNamed ? 'not_named' : null;
}
