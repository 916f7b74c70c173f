import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decidePeering, type ServerName, type TenantId } from '@scaiwave/protocol';
import { DeliveryQueue, EphemeralBox } from '@scaiwave/redis';
import { Clock } from '@scaiwave/telemetry';
import { PeerStore } from '../peers/index.js';
import { LocalTenants } from '../peers/outbound/local-tenants.js';
import { PolicyStore, standingOf } from '../policy/index.js';
import { SendBatch } from './send-batch.js';

const MOST = 100;
const PRESENCE = 'presence/';
/** One person's presence goes to one peer not more often than this; the newest waits. */
const PRESENCE_EVERY_MS = 5_000;

@Injectable()
export class EphemeralGate {
  constructor(
    private readonly db: Database,
    private readonly tenants: LocalTenants,
    private readonly peers: PeerStore,
    private readonly policies: PolicyStore,
  ) {}

  /** The tenant, if anything may be told to this peer now. */
  async find(tenantId: TenantId, serverName: ServerName) {
    const tenant = await this.tenants.findById(tenantId);
    if (tenant?.state !== 'active') return null;
    const isOpen = await this.db.readTenant(tenantId, async (db) => {
      const [peer, policy] = await Promise.all([this.peers.findPeer(db, serverName), this.policies.effective(db)]);
      return peer?.admin_state === 'active' && peer.verdict === null && decidePeering(policy, serverName, standingOf(peer)).allowed;
    });
    return isOpen ? tenant : null;
  }
}

@Injectable()
export class EphemeralWakes {
  constructor(
    readonly box: EphemeralBox,
    readonly queue: DeliveryQueue,
  ) {}
}

/** Tells a peer what waits for it of typing and presence, in one light request without events. What fails is lost: something newer comes soon. */
@Injectable()
export class SendEphemerals {
  constructor(
    private readonly gate: EphemeralGate,
    private readonly wakes: EphemeralWakes,
    private readonly send: SendBatch,
    private readonly clock: Clock,
  ) {}

  async run(tenantId: TenantId, serverName: ServerName): Promise<void> {
    const { box } = this.wakes;
    const waiting = await box.take(tenantId, serverName);
    if (waiting.size === 0) return;
    const tenant = await this.gate.find(tenantId, serverName);
    if (!tenant) return;
    const now = this.clock.now();
    const sentAt = await box.sentAt(tenantId, serverName, [...waiting.keys()].filter((name) => name.startsWith(PRESENCE)));
    const isEarly = ([name]: [string, string]): boolean => Math.abs(now - (sentAt.get(name) ?? -Infinity)) < PRESENCE_EVERY_MS;
    const due = [...waiting].filter((entry) => !isEarly(entry)).slice(0, MOST);
    const dueNames = new Set(due.map(([name]) => name));
    const rest = new Map([...waiting].filter(([name]) => !dueNames.has(name)));
    if (rest.size > 0) await this.later(tenantId, serverName, rest);
    if (due.length === 0) return;
    await box.markSent(tenantId, serverName, { names: [...dueNames].filter((name) => name.startsWith(PRESENCE)), atMs: now });
    await this.send.run(tenant, serverName, { ephemerals: due.map(([, json]) => json) });
  }

  private async later(tenantId: TenantId, serverName: ServerName, rest: ReadonlyMap<string, string>): Promise<void> {
    await this.wakes.box.putBack(tenantId, serverName, rest);
    await this.wakes.queue.wakeEphemerals(tenantId, serverName, PRESENCE_EVERY_MS);
  }
}
