import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import type { LocalTenant } from '../peers/outbound/local-tenants.js';
import { buildHostEntry, contentOrRedaction } from './build-entry.js';
import type { Lease } from './lease.store.js';
import { keyOf } from './outgoing.store.js';
import { RedeliveryStore, type RequestedEvent } from './redelivery.store.js';
import { RequestSpace } from './request-space.js';
import { SignEvents } from './sign-events.js';

/** What is sent again, where to, and under which lease. */
export interface Redelivery {
  tenant: LocalTenant;
  to: ServerName;
  lease: Lease;
}

/** `wire[i]` is the JSON text of `events[i]`. */
export interface RequestedBatch {
  events: RequestedEvent[];
  wire: readonly string[];
}

/** Picks what an admin wants to be sent again for the next request to a peer. */
@Injectable()
export class CollectRequested {
  constructor(
    private readonly db: Database,
    private readonly store: RedeliveryStore,
    private readonly sign: SignEvents,
  ) {}

  /** Empty where nothing is left, or nothing but what must wait. @throws KeyringError */
  run({ tenant, to }: Redelivery, { mostEvents, skipRooms }: { mostEvents: number; skipRooms: readonly string[] }): Promise<RequestedBatch> {
    return this.db.forTenant(tenant.id, async (tx) => {
      const requested = await this.store.listRequested(tx, to, { skipRooms, limit: mostEvents });
      if (requested.length === 0) await this.store.clearPeer(tx, to);
      const signed = await this.sign.run(tx, tenant, requested);
      const space = new RequestSpace(mostEvents);
      const events = requested.map((event) => ({ ...event, jws: event.jws ?? signed.get(keyOf(event)) ?? null }));
      const overflow = events.findIndex((event) => !space.add(wireOf(event, to)));
      return { events: overflow === -1 ? events : events.slice(0, overflow), wire: space.wire };
    });
  }
}

function wireOf(event: RequestedEvent, to: ServerName): string {
  if (event.lane_kind === 'host') return buildHostEntry(event, to, event.stored_before).wire!;
  return JSON.stringify({ jws: event.jws, ...contentOrRedaction(event) });
}
