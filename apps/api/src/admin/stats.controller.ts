import { Controller } from '@nestjs/common';
import type { Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint } from '../http/endpoint.js';
import { getStats } from './admin.schema.js';
import { StatsStore } from './stats.store.js';

const DAY_MS = 86_400_000;

@Controller()
export class StatsController {
  constructor(
    private readonly db: Database,
    private readonly stats: StatsStore,
    private readonly clock: Clock,
  ) {}

  @Endpoint(getStats)
  async getStats(@CurrentActor() actor: Actor) {
    const row = await this.db.readTenant(actor.tenant.id, (db) => this.stats.count(db, new Date(this.clock.now() - DAY_MS)));
    return {
      data: {
        people: { local: row.people, foreign: row.foreign_people },
        rooms: { open: row.rooms, federated: row.federated_rooms },
        events: { total: row.events, last_24_hours: row.events_last_day },
        peers: { known: row.peers, failing: row.failing_peers },
      },
    };
  }
}
