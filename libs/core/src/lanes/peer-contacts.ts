import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { hasCommonVersion, type Descriptor, type ErrorCode, type ServerName } from '@scaiwave/protocol';
import type { PublishedKey } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { keysIn, PeerStore, settingsOf, type PeerKeys } from '../peers/index.js';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import { FetchDescriptor } from '../peers/outbound/fetch-descriptor.js';
import { buildPeerEndpoint, type PeerEndpoint } from '../peers/outbound/peer-endpoint.js';
import type { TenantContext } from '../tenants/index.js';

export type PeerContact =
  | { ok: true; endpoint: PeerEndpoint; descriptor: Descriptor; keys: readonly PublishedKey[] }
  | { ok: false; state: Exclude<PeerKeys['state'], 'ready'> | 'no_common_version'; code: ErrorCode; reason: string };

const FRESH_MS = 1_000;
const MAX_CACHED = 5_000;

/** Where a peer is and under which keys, for a worker: from its row, else by fetching its descriptor. */
@Injectable()
export class PeerContacts {
  private readonly cache = new Map<string, { at: number; contact: PeerContact }>();

  constructor(
    private readonly db: Database,
    private readonly store: PeerStore,
    private readonly fetchDescriptor: FetchDescriptor,
    private readonly options: DeliveryOptions,
    private readonly clock: Clock,
  ) {}

  async find(tenant: TenantContext, serverName: ServerName): Promise<PeerContact> {
    const key = `${tenant.id} ${serverName}`;
    const known = this.cache.get(key);
    if (known && Math.abs(this.clock.now() - known.at) < FRESH_MS) return known.contact;
    const contact = (await this.read(tenant, serverName)) ?? (await this.fetch(tenant, serverName));
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    if (contact.ok) this.cache.set(key, { at: this.clock.now(), contact });
    return contact;
  }

  forget(tenant: TenantContext, serverName: ServerName): void {
    this.cache.delete(`${tenant.id} ${serverName}`);
  }

  private async fetch(tenant: TenantContext, serverName: ServerName): Promise<PeerContact> {
    const outcome = await this.fetchDescriptor.run({ tenant, serverName });
    if (outcome.state !== 'ready') return refusal(outcome.state, outcome.reason);
    return (await this.read(tenant, serverName)) ?? refusal('cannot_be_had_now', 'its descriptor is over already');
  }

  private async read(tenant: TenantContext, serverName: ServerName): Promise<PeerContact | null> {
    const row = await this.db.readTenant(tenant.id, (db) => this.store.findPeer(db, serverName));
    const keys = keysIn(row, this.clock.now());
    if (!keys) return null;
    if (keys.state !== 'ready') return refusal(keys.state, 'its key changed without an announcement');
    if (!hasCommonVersion(keys.descriptor)) return refusal('no_common_version', `it speaks ${keys.protocolVersions.slice(0, 5).join(', ')}`);
    const built = buildPeerEndpoint(serverName, settingsOf(row), this.options.allowsLocalhostPeers);
    return built.ok ? { ok: true, endpoint: built.endpoint, descriptor: keys.descriptor, keys: keys.keys } : refusal('cannot_be_had_now', built.reason);
  }
}

const CODES = {
  key_changed: 'SW_FED_KEY_CHANGED',
  unusable: 'SW_FED_PEER_UNREACHABLE',
  cannot_be_had_now: 'SW_FED_PEER_UNREACHABLE',
  no_common_version: 'SW_FED_PROTOCOL_VERSION',
} as const;

function refusal(state: keyof typeof CODES, reason = 'unknown'): PeerContact {
  return { ok: false, state, code: CODES[state], reason };
}
