import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import type { EventRow } from '../events/event-row.js';
import { preferencesOf } from '../participants/preferences.js';
import type { LockedRoom } from '../rooms/room-row.js';
import { decideNotification } from './decide-notification.js';
import { ListenerStore, type Listener } from './listener.store.js';
import { Notify, type Notification } from './notify.js';

/** A message that is shown, with its content. */
export interface SaidMessage {
  event: EventRow;
  content: Record<string, unknown>;
}

const MOST_MENTIONS = 100;

/** Tells people of this server of messages, each by their own settings: those of other servers are told by theirs. */
@Injectable()
export class NotifyOfMessages {
  constructor(
    private readonly listeners: ListenerStore,
    private readonly notify: Notify,
    private readonly clock: Clock,
  ) {}

  async run(tx: Tx, room: LockedRoom, messages: readonly SaidMessage[]): Promise<void> {
    if (messages.length === 0) return;
    const ours = `:${room.tenant.serverName}`;
    const mentions = new Map(messages.map(({ event, content }) => [event.id, mentionsIn(content).filter((fqid) => fqid.endsWith(ours)).slice(0, MOST_MENTIONS)]));
    const listeners = await this.listeners.list(tx, { roomId: room.row.id, mentions: [...new Set([...mentions.values()].flat())], isDm: room.row.room_type === 'dm' });
    const notifications = messages.flatMap((said) => {
      const mentioned = new Set<string>(mentions.get(said.event.id));
      return listeners.flatMap((listener) => this.notificationFor({ room, said, listener, isMention: mentioned.has(listener.fqid) }) ?? []);
    });
    if (notifications.length > 0) await this.notify.run(tx, ...notifications);
  }

  private notificationFor({ room, said: { event, content }, listener, isMention }: { room: LockedRoom; said: SaidMessage; listener: Listener; isMention: boolean }): Notification | null {
    const decision = decideNotification({
      roomType: room.row.room_type,
      mode: listener.notification_mode,
      mutedUntil: listener.muted_until,
      preferences: preferencesOf(listener),
      message: { text: typeof content.body === 'string' ? content.body : '', isMention, isOwn: listener.fqid === event.sender },
      now: this.clock.now(),
    });
    if (!decision.notifies) return null;
    const data = { event_id: event.id, room_id: room.row.id, sender: event.sender, is_silent: decision.isSilent, ...(decision.keyword === null ? {} : { keyword: decision.keyword }) };
    // Whoever has read the room up to here has read this, too.
    return { participantId: listener.participant_id, kind: decision.kind, data, at: event.created_at };
  }
}

function mentionsIn({ mentions }: Record<string, unknown>): string[] {
  return Array.isArray(mentions) ? mentions.filter((fqid): fqid is string => typeof fqid === 'string') : [];
}
