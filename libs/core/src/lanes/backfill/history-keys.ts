import { Injectable } from '@nestjs/common';
import type { DecodedEvent, ServerName } from '@scaiwave/protocol';
import { parseDescriptor, type PublishedKey } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { FindDescriptor } from '../../keys/index.js';
import { FetchDescriptor } from '../../peers/outbound/fetch-descriptor.js';
import type { TenantContext } from '../../tenants/index.js';
import { PeerContacts } from '../peer-contacts.js';
import { verifyRelayed } from './verify-relayed.js';

/** Keys of any server whose events a room's history holds, our own among them. Null: they cannot be had, or not be trusted, now. */
@Injectable()
export class HistoryKeys {
  constructor(
    private readonly contacts: PeerContacts,
    private readonly fetch: FetchDescriptor,
    private readonly own: FindDescriptor,
    private readonly clock: Clock,
  ) {}

  async of(tenant: TenantContext, origin: ServerName): Promise<readonly PublishedKey[] | null> {
    if (origin === tenant.serverName) return this.ownKeys(tenant);
    const contact = await this.contacts.find(tenant, origin);
    return contact.ok ? contact.keys : null;
  }

  /** The same, fetched anew where one of these events is under a key that is not known here. */
  async covering(tenant: TenantContext, origin: ServerName, events: readonly DecodedEvent[]): Promise<readonly PublishedKey[] | null> {
    const keys = await this.of(tenant, origin);
    const unknown = events.find((event) => verifyRelayed(event, keys) === 'unknown_kid');
    return unknown ? this.refetched(tenant, origin, unknown.kid) : keys;
  }

  async refetched(tenant: TenantContext, origin: ServerName, kid: string): Promise<readonly PublishedKey[] | null> {
    if (origin === tenant.serverName) return this.ownKeys(tenant);
    const outcome = await this.fetch.run({ tenant, serverName: origin, refetch: true, kid });
    this.contacts.forget(tenant, origin);
    return outcome.state === 'ready' ? this.of(tenant, origin) : null;
  }

  private async ownKeys(tenant: TenantContext): Promise<readonly PublishedKey[] | null> {
    const served = await this.own.run(tenant);
    const parsed = served && parseDescriptor(Buffer.from(served.body, 'utf8'), { serverName: tenant.serverName, nowMs: this.clock.now() });
    return parsed?.ok ? parsed.keys : null;
  }
}
