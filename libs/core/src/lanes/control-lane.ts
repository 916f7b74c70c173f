import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { buildPayloadText, type EventPayload, type Fqid, type ServerName, type TenantId } from '@scaiwave/protocol';
import { contentSha256 } from '@scaiwave/protocol/node';
import { DeliveryQueue, Signals } from '@scaiwave/redis';
import { Clock, newId } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import { ControlEventStore } from './control-event.store.js';

export interface NewControl {
  tenant: TenantContext;
  to: ServerName;
  type: string;
  roomId?: string;
  sender?: Fqid;
  content: object;
  id?: string;
  /** milliseconds; now if left out */
  originTs?: number;
}

/** An event of another server that is handed on in the bytes that its origin signed. */
export interface RelayedControl {
  tenant: TenantContext;
  to: ServerName;
  payload: EventPayload;
  payloadText: string;
  contentText: string;
  jws: string;
}

/** How a control event ended, as far as it has. `by`: the server that refused. */
export interface ControlVerdict {
  state: 'queued' | 'stored' | 'refused' | 'failed';
  code?: string;
  by?: ServerName;
}

/** Sends what is no part of a room's log: one row on the peer's own lane, a wake-up after the commit. */
@Injectable()
export class ControlLane {
  constructor(
    private readonly db: Database,
    private readonly store: ControlEventStore,
    private readonly deliveries: DeliveryQueue,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** Fixes the bytes of a control event of ours; a worker signs and sends them. */
  async queue(tx: Tx, control: NewControl): Promise<{ id: string; outSeq: number }> {
    const id = control.id ?? newId(this.clock);
    const originTs = control.originTs ?? this.clock.now();
    const contentText = JSON.stringify(control.content);
    const payloadText = buildPayloadText({
      id, type: control.type, room_id: control.roomId, origin: control.tenant.serverName, sender: control.sender, origin_ts: originTs,
      content_sha256: contentSha256(contentText),
    });
    return this.insert(tx, control.to, { id, type: control.type, room_id: control.roomId ?? null, origin_ts: originTs, payload: payloadText, content: contentText, jws: null });
  }

  /** Hands on what another server signed. */
  async relay(tx: Tx, { to, payload, payloadText, contentText, jws }: RelayedControl): Promise<{ id: string; outSeq: number }> {
    const { id, type, room_id: roomId, origin_ts: originTs } = payload;
    return this.insert(tx, to, { id, type, room_id: roomId ?? null, origin_ts: originTs, payload: payloadText, content: contentText, jws });
  }

  /** Waits until the peer has answered, it was given up, or the time is over (then `queued`). */
  async awaitVerdict(tenantId: TenantId, id: string, timeoutMs: number): Promise<ControlVerdict> {
    const settled = await this.signals.until({ name: signalOf(id), timeoutMs, check: () => this.findVerdict(tenantId, id) });
    return settled ?? { state: 'queued' };
  }

  /** What the worker calls once the outcome is committed. */
  async announce(id: string): Promise<void> {
    await this.signals.publish(signalOf(id));
  }

  private async findVerdict(tenantId: TenantId, id: string): Promise<ControlVerdict | null> {
    const row = await this.db.readTenant(tenantId, (db) => this.store.findLatest(db, id));
    if (!row || row.state === 'queued') return null;
    return { state: row.state, ...(row.code !== null && { code: row.code, by: row.server_name }) };
  }

  private async insert(tx: Tx, to: ServerName, event: { id: string; type: string; room_id: string | null; origin_ts: number; payload: string; content: string; jws: string | null }): Promise<{ id: string; outSeq: number }> {
    const outSeq = await this.store.insertControlEvent(tx, { ...event, server_name: to, created_at: this.clock.date() });
    tx.afterCommit(() => this.deliveries.wakePeer(tx.tenantId, to));
    return { id: event.id, outSeq };
  }
}

function signalOf(controlId: string): string {
  return `control/${controlId}`;
}
