import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { isErrorCode, type ErrorCode, type ServerName, type TenantId } from '@scaiwave/protocol';
import { RequestQueue, Signals } from '@scaiwave/redis';
import { Clock, newId } from '@scaiwave/telemetry';
import { PeerRequestStore, type PeerRequestKind } from './peer-request.store.js';

export interface PeerQuestion {
  kind: PeerRequestKind;
  serverName: ServerName;
  params?: Record<string, unknown>;
  /** longest wait for the answer */
  timeoutMs: number;
}

/** `by`: `us` when the request did not get through, else the server_name that refused. */
export type PeerRequestAnswer<Answer = unknown> = { ok: true; answer: Answer } | { ok: false; code: ErrorCode; by: string };

/** A row whose deadline passed a moment ago may still get its answer: the waiting side reads it a last time. */
const GRACE_MS = 1_000;

/**
 * Asks a worker to fetch something from a peer; the API itself has neither keys nor egress.
 *
 *   row (waiting) ─→ wake (may be lost: the sweep finds the row) ─→ worker: answer in the row ─→ signal ─→ read
 */
@Injectable()
export class PeerRequests {
  constructor(
    private readonly db: Database,
    private readonly store: PeerRequestStore,
    private readonly queue: RequestQueue,
    private readonly signals: Signals,
    private readonly clock: Clock,
  ) {}

  /** No answer in time is `SW_FED_TRY_LATER` by `us`. */
  async ask<Answer = unknown>(tenantId: TenantId, question: PeerQuestion): Promise<PeerRequestAnswer<Answer>> {
    const id = await this.leave(tenantId, question);
    const found = await this.signals.until({ name: signalOf(id), timeoutMs: question.timeoutMs, check: () => this.findAnswer<Answer>(tenantId, id) });
    return found ?? { ok: false, code: 'SW_FED_TRY_LATER', by: 'us' };
  }

  /** The same without waiting. Returns the request's id. */
  async leave(tenantId: TenantId, { kind, serverName, params = {}, timeoutMs }: PeerQuestion): Promise<string> {
    const id = newId(this.clock);
    const deadlineAt = new Date(this.clock.now() + timeoutMs + GRACE_MS);
    await this.db.forTenant(tenantId, async (tx) => {
      await this.store.insertRequest(tx, { id, kind, serverName, params, deadlineAt, at: this.clock.date() });
      tx.afterCommit(() => this.queue.wake(tenantId, id));
    });
    return id;
  }

  /** What the worker calls when the answer is stored. */
  async announce(id: string): Promise<void> {
    await this.signals.publish(signalOf(id));
  }

  private async findAnswer<Answer>(tenantId: TenantId, id: string): Promise<PeerRequestAnswer<Answer> | null> {
    const row = await this.db.readTenant(tenantId, (db) => this.store.findRequest(db, id));
    if (!row || row.state === 'waiting') return null;
    if (row.state === 'done') return { ok: true, answer: row.answer as Answer };
    return { ok: false, code: isErrorCode(row.error_code) ? row.error_code : 'SW_FED_PEER_UNREACHABLE', by: row.error_text ?? 'us' };
  }
}

function signalOf(requestId: string): string {
  return `request/${requestId}`;
}
