import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { Descriptor, ServerName } from '@scaiwave/protocol';
import { parseDescriptor, type PublishedKey } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { PeerRequests } from '../requests/index.js';
import type { TenantContext } from '../tenants/index.js';
import type { PeerRow } from './peer-row.js';
import { PeerStore } from './peer.store.js';
import { RefetchLimit } from './refetch-limit.js';

/**
 * What is known of a peer's keys. `unusable`: it publishes nothing that is a descriptor (401 for its requests);
 * `cannot_be_had_now`: nothing is known and it cannot be asked now (503).
 */
export type PeerKeys =
  | { state: 'ready'; keys: readonly PublishedKey[]; protocolVersions: readonly string[]; descriptor: Descriptor }
  | { state: 'key_changed' }
  | { state: 'unusable' }
  | { state: 'cannot_be_had_now' };

/** What a worker answers to a `descriptor` request; keys and text are in the peer's row. */
export interface DescriptorOutcome {
  state: PeerKeys['state'];
  reason?: string;
  fingerprint?: string;
}

const FRESH_MS = 1_000;
const MAX_CACHED = 10_000;
/** Longest wait of an inbound request for a descriptor that is not here yet. */
const FETCH_TIMEOUT_MS = 6_000;
/** A peer whose key changed is looked at again this long after the last time. */
const CHANGED_LOOK_AGAIN_MS = 60_000;

/** The keys of other servers, from what this tenant has stored; a worker fetches what is missing or over. */
@Injectable()
export class PeerDirectory {
  private readonly cache = new Map<string, { at: number; keys: PeerKeys }>();
  private readonly fetching = new Map<string, Promise<PeerKeys>>();
  private readonly limit = new RefetchLimit();

  constructor(
    private readonly db: Database,
    private readonly store: PeerStore,
    private readonly requests: PeerRequests,
    private readonly clock: Clock,
  ) {}

  async verifyKeys(tenant: TenantContext, serverName: ServerName): Promise<PeerKeys> {
    const cached = this.cache.get(keyOf(tenant, serverName));
    if (cached && Math.abs(this.clock.now() - cached.at) < FRESH_MS) return cached.keys;
    const known = await this.read(tenant, serverName);
    return known ?? this.fetch(tenant, serverName, null);
  }

  /** A signature failed under the keys at hand: maybe there is a newer descriptor. Limited per peer and per unknown keyid. */
  async refetch(tenant: TenantContext, serverName: ServerName, why: { kid?: string } = {}): Promise<PeerKeys> {
    return this.fetch(tenant, serverName, why.kid ?? null);
  }

  /** Somebody says that this server's keys have changed: a worker looks, and nobody waits for it. */
  async hint(tenant: TenantContext, serverName: ServerName): Promise<void> {
    if (this.limit.take(keyOf(tenant, serverName), null, this.clock.now()) !== 'allowed') return;
    await this.requests.leave(tenant.id, { kind: 'descriptor', serverName, params: { refetch: true }, timeoutMs: 60_000 });
  }

  /** What is stored and still good; null when a worker has to look. */
  private async read(tenant: TenantContext, serverName: ServerName): Promise<PeerKeys | null> {
    const row = await this.db.readTenant(tenant.id, (db) => this.store.findPeer(db, serverName));
    const keys = keysIn(row, this.clock.now());
    if (keys) this.remember(tenant, serverName, keys);
    return keys;
  }

  private fetch(tenant: TenantContext, serverName: ServerName, kid: string | null): Promise<PeerKeys> {
    const key = `${keyOf(tenant, serverName)} ${kid ?? ''}`;
    const underWay = this.fetching.get(key);
    if (underWay) return underWay;
    const fetching = this.ask(tenant, serverName, kid).finally(() => this.fetching.delete(key));
    this.fetching.set(key, fetching);
    return fetching;
  }

  private async ask(tenant: TenantContext, serverName: ServerName, kid: string | null): Promise<PeerKeys> {
    const allowed = this.limit.take(keyOf(tenant, serverName), kid, this.clock.now());
    if (allowed === 'kid_known') return (await this.read(tenant, serverName)) ?? { state: 'cannot_be_had_now' };
    if (allowed === 'too_often') return { state: 'cannot_be_had_now' };
    const params = { refetch: true, ...(kid !== null && { kid }) };
    const answer = await this.requests.ask<DescriptorOutcome>(tenant.id, { kind: 'descriptor', serverName, params, timeoutMs: FETCH_TIMEOUT_MS });
    this.cache.delete(keyOf(tenant, serverName));
    if (!answer.ok) return { state: 'cannot_be_had_now' };
    if (answer.answer.state !== 'ready') return { state: answer.answer.state };
    return (await this.read(tenant, serverName)) ?? { state: 'cannot_be_had_now' };
  }

  private remember(tenant: TenantContext, serverName: ServerName, keys: PeerKeys): void {
    if (this.cache.size >= MAX_CACHED) this.cache.clear();
    this.cache.set(keyOf(tenant, serverName), { at: this.clock.now(), keys });
  }
}

/** The keys that a peer's row holds; null when there are none or their time is over. */
export function keysIn(row: PeerRow | null, now: number): PeerKeys | null {
  if (!row) return null;
  if (row.key_changed_at !== null) return now - row.key_changed_at.getTime() < CHANGED_LOOK_AGAIN_MS ? { state: 'key_changed' } : null;
  if (row.descriptor === null || row.descriptor_fetched_at === null || (row.descriptor_valid_until?.getTime() ?? 0) <= now) return null;
  // It was accepted at this time; that its own validity may have run out since is what the line above looked at.
  const parsed = parseDescriptor(Buffer.from(row.descriptor, 'utf8'), { serverName: row.server_name, nowMs: row.descriptor_fetched_at.getTime() });
  if (!parsed.ok) return null;
  return { state: 'ready', keys: parsed.keys, protocolVersions: parsed.descriptor.protocol_versions, descriptor: parsed.descriptor };
}

function keyOf(tenant: TenantContext, serverName: string): string {
  return `${tenant.id} ${serverName}`;
}
