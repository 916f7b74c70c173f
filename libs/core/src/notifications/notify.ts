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
}

/** Tells one of our people something: a row in the transaction of what happened, and a wake for open streams after it. */
@Injectable()
export class Notify {
  constructor(
    private readonly clock: Clock,
    private readonly store: NotificationStore,
    private readonly channel: RoomChannel,
  ) {}

  async run(tx: Tx, notification: Notification): Promise<void> {
    await this.store.insert(tx, {
      id: newId(this.clock),
      participant_id: notification.participantId,
      kind: notification.kind,
      data: notification.data,
      created_at: this.clock.date(),
    });
    tx.afterCommit(() => this.channel.publish(tx.tenantId, { kind: 'stream' }));
  }
}
