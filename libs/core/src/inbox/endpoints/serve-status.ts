import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { ERROR_CATALOGUE, isErrorCode } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { InboundRequest } from '../inbound-request.js';
import { buildAnswer, type RawResponse } from '../raw-request.js';
import { StatusStore, type PeerStatusRow } from '../status.store.js';

/** `GET status`: how this server sees the caller. Times in milliseconds. */
@Injectable()
export class ServeStatus {
  constructor(
    private readonly db: Database,
    private readonly store: StatusStore,
    private readonly clock: Clock,
  ) {}

  async run({ tenant, origin }: InboundRequest): Promise<RawResponse> {
    return this.db.readTenant(tenant.id, async (db) => {
      const peer = await this.store.findPeer(db, origin);
      const out = await this.store.listOutbound(db, origin);
      const inward = await this.store.listInbound(db, origin);
      const outState = peer?.admin_state === 'paused' ? 'paused' : peer?.failing_since ? 'retry' : 'ok';
      return buildAnswer({
        server_name: tenant.serverName,
        last_seen: peer?.last_seen_at?.getTime() ?? null,
        last_error: presentError(peer),
        clock: this.clock.now(),
        lanes: [
          ...out.map((lane) => ({ room_id: lane.room_id, direction: 'out', acked_seq: lane.acked_seq, state: lane.state === 'ok' ? outState : lane.state })),
          ...inward.map((lane) => ({ room_id: lane.room_id, direction: 'in', acked_seq: lane.acked_seq, state: lane.state })),
        ],
      });
    });
  }
}

/** The text of our own log stays here: the peer sees the code and its sentence. */
function presentError(peer: PeerStatusRow | null): { code: string; message: string; at: number | null } | null {
  const code = peer?.last_error_code;
  if (!peer || !code) return null;
  return { code, message: isErrorCode(code) ? ERROR_CATALOGUE[code].sentence : '', at: peer.last_error_at?.getTime() ?? null };
}
