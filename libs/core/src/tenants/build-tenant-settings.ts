import { parseResourcePolicy, type PartialPolicy } from '@scaiwave/protocol';
import { namePool } from './name-pool.js';
import type { TenantSpec } from './resource-spec.js';

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

function buildDelivery(delivery: TenantSpec['delivery'] = {}): DeliverySettings {
  return {
    timeout_ms: parseDurationMs(delivery.timeout ?? '30s'),
    max_in_flight_per_peer: delivery.maxInFlightPerPeer ?? 8,
    give_up_after_ms: parseDurationMs(delivery.giveUpAfter ?? '24h'),
    backoff_initial_ms: parseDurationMs(delivery.backoff?.initial ?? '1s'),
    backoff_max_ms: parseDurationMs(delivery.backoff?.max ?? '15m'),
  };
}

/**
 * Builds the settings of a tenant from its resource.
 * @param resource `namespace/name`; a dedicated pool is named after it
 */
export function buildTenantSettings(spec: TenantSpec, resource: string): TenantSettings {
  return {
    serverName: spec.serverName,
    displayName: spec.displayName ?? spec.serverName,
    state: spec.suspend === true ? 'suspended' : 'active',
    oidcIssuer: spec.auth.oidc.issuer,
    oidcClientId: spec.auth.oidc.clientId,
    adminRoles: spec.auth.oidc.adminRoles ?? ['admin'],
    providerPolicy: parseResourcePolicy({ ...spec.peering }),
    delivery: buildDelivery(spec.delivery),
    pool: namePool(spec, resource),
  };
}
