import { Controller } from '@nestjs/common';
import { ListPeers, TRAFFIC_BUCKET_MS, TrafficStore, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { getPeerHistory } from './peer.schema.js';

const DAY_MS = 86_400_000;

/** Admin → Federation → Peers → the last 24 hours. */
@Controller()
export class PeerHistoryController {
  constructor(
    private readonly db: Database,
    private readonly peers: ListPeers,
    private readonly traffic: TrafficStore,
    private readonly clock: Clock,
  ) {}

  @Endpoint(getPeerHistory)
  async getHistory(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof getPeerHistory>) {
    const serverName = params.server_name;
    await this.peers.mustBeKnown({ actor, serverName });
    const to = Math.ceil(this.clock.now() / TRAFFIC_BUCKET_MS) * TRAFFIC_BUCKET_MS;
    const from = new Date(to - DAY_MS);
    const rows = await this.db.readTenant(actor.tenant.id, (db) => this.traffic.listSince(db, serverName, from));
    const buckets = rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    return { data: { bucket_seconds: TRAFFIC_BUCKET_MS / 1_000, from: from.toISOString(), to: new Date(to).toISOString(), buckets } };
  }
}
