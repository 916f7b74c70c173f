import { z } from 'zod';
import { serverNameSchema } from './ids.js';

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

/** A plain name matches itself. `*.suffix` matches every name below the suffix, on any port unless the pattern names one. */
export function matchesServerPattern(pattern: string, name: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === name;
  const suffix = pattern.slice(1);
  return (suffix.includes(':') ? name : name.replace(/:[0-9]+$/, '')).endsWith(suffix);
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
    // null is no value of any field, so that the schema refuses what the table does not have
    policy[ours] = !values ? value : typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : null;
  }
  return partialPolicySchema.parse(policy);
}

/** The other way round: values of the protocol's form, of some fields, in the words of `Tenant.spec.peering`. */
export function presentResourcePolicy(policy: Partial<Record<PolicyField, unknown>>): Record<string, unknown> {
  const present = (ours: PolicyField): unknown => {
    const values = ours in RESOURCE_VALUES ? Object.entries(RESOURCE_VALUES[ours as keyof typeof RESOURCE_VALUES]) : [];
    return values.find(([, value]) => value === policy[ours])?.[0] ?? policy[ours];
  };
  const fields = Object.entries(RESOURCE_FIELDS).filter(([, ours]) => policy[ours] !== undefined);
  return Object.fromEntries(fields.map(([theirs, ours]) => [theirs, present(ours)]));
}

export type PolicyDecider = 'provider' | 'admin' | 'both' | 'default';

/** The policy in force, with the lists it was made from and who decides each field. */
export interface EffectivePolicy extends Policy {
  readonly lists: {
    /** The provider's allowedServers ∪ its Peers; null when allowedServers is not stated. */
    readonly provider: readonly string[] | null;
    /** The provider's Peers. They name a server also where allowedServers is not stated. */
    readonly declared: readonly string[];
    readonly admin: readonly string[] | null;
  };
  /** `both`: a list to which each side has contributed */
  readonly decidedBy: Readonly<Record<PolicyField, PolicyDecider>>;
}

const STRICTNESS = {
  default_mode: ['open', 'invite_only', 'closed'],
  third_party_servers: ['any', 'accepted'],
  directory: ['open', 'peers', 'nobody'],
} as const;
type Chosen<V> = { value: V; by: PolicyDecider };

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
  const mode = scale('default_mode');
  const chosen = {
    default_mode: mode,
    third_party_servers: scale('third_party_servers'),
    directory: scale('directory'),
    max_foreign_participants_per_room: minimum('max_foreign_participants_per_room'),
    max_backfill_events_per_request: minimum('max_backfill_events_per_request'),
    allowed_peers: allowed(union(provider.allowed_peers, declaredPeers), admin.allowed_peers ?? null, mode.value === 'open' ? null : declaredPeers),
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

/** What both lists let through, for showing; decidePeering looks at the lists themselves. `named` = who is left without any list. */
function allowed(theirs: string[] | null, ours: string[] | null, named: readonly string[] | null): Chosen<string[] | null> {
  if (theirs && ours) {
    const both = [...theirs.filter((entry) => covers(ours, entry)), ...ours.filter((entry) => covers(theirs, entry))];
    const [isTheirs, isOurs] = [theirs.every((entry) => covers(ours, entry)), ours.every((entry) => covers(theirs, entry))];
    return { value: [...new Set(both)], by: isTheirs ? 'provider' : isOurs ? 'admin' : 'both' };
  }
  if (theirs) return { value: theirs, by: 'provider' };
  if (ours) return { value: ours, by: 'admin' };
  return { value: named && [...named], by: named?.length ? 'provider' : 'default' };
}

/** Is everything that `entry` matches matched by the list? */
function covers(list: readonly string[], entry: string): boolean {
  const sample = entry.startsWith('*.') ? `x${entry.slice(1)}` : entry;
  return list.some((pattern) => pattern === entry || (pattern.startsWith('*.') && matchesServerPattern(pattern, sample)));
}

function blocked(provider: PartialPolicy, admin: PartialPolicy): Chosen<string[]> {
  const [theirs, ours] = [provider.blocked_peers ?? [], admin.blocked_peers ?? []];
  const value = [...new Set([...theirs, ...ours])];
  if (value.length === 0) return { value, by: 'default' };
  const isTheirs = ours.every((entry) => theirs.includes(entry));
  return { value, by: isTheirs ? 'provider' : theirs.every((entry) => ours.includes(entry)) ? 'admin' : 'both' };
}
