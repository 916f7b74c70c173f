import { parseResourcePolicy, type PartialPolicy } from '@scaiwave/protocol';
import { buildEffectiveTenant, type EffectiveTenant } from './build-effective-tenant.js';
import { namePool } from './name-pool.js';
import type { TenantSpec } from './resource-types.js';

/** How events of a tenant are sent, as stored in `tenants.delivery`, defaults filled in. */
export interface DeliverySettings {
  timeout_ms: number;
  max_in_flight_per_peer: number;
  give_up_after_ms: number;
  backoff_initial_ms: number;
  backoff_max_ms: number;
}

/** What a Tenant resource says about its row, defaults filled in except where leaving out means free. */
export interface TenantSettings {
  serverName: string;
  displayName: string;
  state: 'active' | 'suspended';
  oidcIssuer: string;
  oidcClientId: string;
  adminRoles: string[];
  providerPolicy: PartialPolicy;
  delivery: DeliverySettings;
  pool: string;
}

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds of a duration of the resources, like `1h30m`. @throws RangeError for anything else */
export function parseDurationMs(text: string): number {
  if (!/^([0-9]+(ms|s|m|h))+$/.test(text)) throw new RangeError(`"${text}" is not a duration such as 30s, 15m or 24h`);
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9]+)(ms|s|m|h)/g)) total += Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return total;
}

function buildDelivery(delivery: EffectiveTenant['delivery']): DeliverySettings {
  return {
    timeout_ms: parseDurationMs(delivery.timeout),
    max_in_flight_per_peer: delivery.maxInFlightPerPeer,
    give_up_after_ms: parseDurationMs(delivery.giveUpAfter),
    backoff_initial_ms: parseDurationMs(delivery.backoff.initial),
    backoff_max_ms: parseDurationMs(delivery.backoff.max),
  };
}

/**
 * Builds the settings of a tenant from its resource.
 * @param resource `namespace/name`; a dedicated pool is named after it
 */
export function buildTenantSettings(spec: TenantSpec, resource: string): TenantSettings {
  const { displayName, suspend, auth, delivery, workers } = buildEffectiveTenant(spec);
  return {
    serverName: spec.serverName,
    displayName,
    state: suspend ? 'suspended' : 'active',
    oidcIssuer: spec.auth.oidc.issuer,
    oidcClientId: spec.auth.oidc.clientId,
    adminRoles: auth.oidc.adminRoles,
    providerPolicy: parseResourcePolicy({ ...spec.peering }),
    delivery: buildDelivery(delivery),
    pool: namePool(spec, resource),
  };
}
