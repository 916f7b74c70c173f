import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { RoomChannel } from '@scaiwave/redis';
import { Clock, newId } from '@scaiwave/telemetry';
import { NotificationStore, type NotificationKind } from './notification.store.js';

export interface Notification {
  /** this tenant's id of one of its own people */
  participantId: string;
  kind: NotificationKind;
  data: Record<string, unknown>;
  /** when what it tells of came here; by default now */
  at?: Date;
}

/**
 * Tells our people something: a row in the transaction of what happened, and a wake for open streams after it. Plain messages of one
 * room are one notification for as long as it is not read.
 */
@Injectable()
export class Notify {
  constructor(
    private readonly clock: Clock,
    private readonly store: NotificationStore,
    private readonly channel: RoomChannel,
  ) {}

  async run(tx: Tx, ...notifications: readonly Notification[]): Promise<void> {
    const rows = notifications.map(({ participantId, kind, data, at }) => ({ id: newId(this.clock), participant_id: participantId, kind, data, created_at: at ?? this.clock.date() }));
    const [news, others] = [rows.filter(({ kind }) => kind === 'message'), rows.filter(({ kind }) => kind !== 'message')];
    if (others.length > 0) await this.store.insert(tx, others);
    if (news.length > 0) await this.store.upsertRoomNews(tx, news);
    tx.afterCommit(() => this.channel.publish(tx.tenantId, { kind: 'stream' }));
  }
}
