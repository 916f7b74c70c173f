import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { decideClock, EVENT_TYPES, isKnownType, type ErrorCode, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { ReceiveControl } from '../invitations/index.js';
import { ReceiveSevered } from '../lanes/sever/receive-severed.js';
import { PeerDirectory } from '../peers/index.js';
import type { TenantContext } from '../tenants/index.js';
import { rejected, type JudgedEntry, type Outcome } from './batch-outcome.js';
import { ControlInboxStore } from './control-inbox.store.js';
import type { ReceivedEvent } from './read-entry.js';

const ANSWERS: readonly string[] = [EVENT_TYPES.inviteAccepted, EVENT_TYPES.inviteDeclined];

/** Thrown inside the transaction, so that a refused event leaves nothing behind, unless its refusal is news of its own. */
class ControlRefused extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly reason: string,
  ) {
    super(reason);
  }
}

interface TakenControl {
  tenant: TenantContext;
  carrier: ServerName;
  what: ReceivedEvent;
}

interface ControlEntry {
  tenant: TenantContext;
  carrier: ServerName;
  entry: JudgedEntry;
}

/** Whom control events concern. */
@Injectable()
export class ControlReaders {
  constructor(
    readonly invitations: ReceiveControl,
    readonly severed: ReceiveSevered,
    readonly directory: PeerDirectory,
  ) {}
}

/** One event of the control lane: deduplicated by (origin, id), then told to whom it concerns, in one transaction. */
@Injectable()
export class TakeControl {
  constructor(
    private readonly db: Database,
    private readonly inbox: ControlInboxStore,
    private readonly readers: ControlReaders,
    private readonly clock: Clock,
  ) {}

  async run({ tenant, carrier, entry }: ControlEntry): Promise<Outcome> {
    const { what, verdict } = entry;
    if (verdict.kind === 'refused') return rejected(verdict.code, verdict.reason);
    if (what.kind !== 'event' || what.contentText === null) return rejected('SW_FED_EVENT_INVALID', 'a control event comes with its bytes');
    const clock = decideClock(what.event.payload.origin_ts, this.clock.now());
    if (!clock.allowed) return rejected(clock.code, clock.reason);
    try {
      return await this.db.forTenant(tenant.id, (tx) => this.take(tx, { tenant, carrier, what, isVerified: verdict.kind === 'verified' }));
    } catch (error) {
      if (error instanceof ControlRefused) return rejected(error.code, error.reason);
      throw error;
    }
  }

  private async take(tx: Tx, said: TakenControl & { isVerified: boolean }): Promise<Outcome> {
    const { payload } = said.what.event;
    const before = await this.inbox.insertOrFind(tx, {
      origin: payload.origin,
      id: payload.id,
      type: payload.type,
      room_id: payload.room_id ?? null,
      payload_sha256: said.what.payloadSha256,
      jws: said.what.jws,
      content: said.what.contentText ?? '{}',
      received_at: this.clock.date(),
      handed_on_by: said.isVerified ? null : said.carrier,
    });
    if (before && !before.equals(said.what.payloadSha256)) return rejected('SW_FED_ID_CONFLICT', 'the origin used this id for another event');
    const isNew = before === null || (said.isVerified && (await this.inbox.markVerified(tx, payload)));
    if (!isNew) return { status: 'duplicate' };
    // What a third server is said to have answered has no effect until its signature can be checked.
    const refusal = said.isVerified ? await this.apply(tx, said) : null;
    if (refusal) await this.inbox.deleteReceived(tx, payload);
    return refusal ?? { status: 'stored' };
  }

  /** Null, or a refusal whose changes stay. @throws ControlRefused */
  private async apply(tx: Tx, said: TakenControl): Promise<Outcome | null> {
    const { tenant, carrier, what } = said;
    const { payload } = what.event;
    // Only answers to invitations are handed on by another server: the host of the room.
    if (carrier !== payload.origin && !ANSWERS.includes(payload.type)) {
      throw new ControlRefused('SW_FED_FORBIDDEN', 'a server speaks only for itself in the control lane');
    }
    if (payload.type.startsWith(EVENT_TYPES.invite) && isKnownType(payload.type)) return this.applyInvite(tx, said);
    if (payload.type === EVENT_TYPES.serverKeys) tx.afterCommit(() => this.readers.directory.hint(tenant, payload.origin));
    if (payload.type === EVENT_TYPES.peerSevered) await this.readers.severed.run(tx, payload, what.content ?? {});
    return null;
  }

  private async applyInvite(tx: Tx, { tenant, carrier, what }: TakenControl): Promise<Outcome | null> {
    const { content, contentText, jws, event } = what;
    const answer = await this.readers.invitations.run(tx, { tenant, carrier, payload: event.payload, content: content ?? {}, contentText: contentText ?? '{}', jws });
    if (answer.status !== 'rejected') return null;
    if (answer.keepsChanges === true) return rejected(answer.code, answer.reason);
    throw new ControlRefused(answer.code, answer.reason);
  }
}
