import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { NotifyOfMessages, type SaidMessage } from '../notifications/index.js';
import type { LockedRoom } from '../rooms/room-row.js';
import type { EventDraft } from './event-draft.js';
import type { EventRow } from './event-row.js';
import { EventStore } from './event.store.js';
import { MessageProjection } from './message-projection.js';
import { RoomProjection } from './room-projection.js';
import { RoomWake } from './room-wake.js';

/** What stored events do beside being stored: to the room's readable state, to local clients, to lanes. */
@Injectable()
export class RoomEffects {
  constructor(
    private readonly events: EventStore,
    private readonly messages: MessageProjection,
    private readonly changes: RoomProjection,
    private readonly notify: NotifyOfMessages,
    private readonly wake: RoomWake,
  ) {}

  /** Redactions already here that wipe these events or the messages they edit. */
  redactionsOf(tx: Tx, room: LockedRoom, drafts: readonly EventDraft[]): Promise<Map<string, string>> {
    const named = drafts.filter((draft) => draft.type.startsWith('swp.room.message')).flatMap((draft) => [...(draft.isFresh ? [] : [draft.id]), ...editedBy(draft)]);
    return named.length === 0 ? Promise.resolve(new Map()) : this.events.findRedactions(tx, room.row.id, named);
  }

  /** Effects of events at their places. Hidden ones and those without content have none. */
  async applyAll(tx: Tx, room: LockedRoom, stored: readonly EventRow[]): Promise<void> {
    const messages: SaidMessage[] = [];
    for (const event of stored) {
      if (event.hidden !== null && !(event.hidden === 'blocked_origin' && event.type === 'swp.room.member')) continue;
      const content = contentOf(event);
      if (content === null) continue;
      const said = { tx, room, event, content };
      if (event.type === 'swp.room.message') messages.push(said);
      if (!(await this.messages.apply(said))) await this.changes.apply(said);
    }
    await this.notify.run(tx, room, messages);
    this.notifyClients(tx, room);
  }

  /** What our own people see before the host has answered: what was said, not what only the host may change. */
  async applyProvisional(tx: Tx, room: LockedRoom, stored: readonly EventRow[]): Promise<void> {
    const messages: SaidMessage[] = [];
    for (const event of stored) {
      const content = contentOf(event);
      if (content === null) continue;
      if (event.type === 'swp.room.redaction' && !(await this.isAuthor({ tx, room, event, content }))) continue;
      const isOwnLeave = event.type === 'swp.room.member' && content.membership === 'leave' && (event.sender === null || content.fqid === event.sender);
      if (event.type === 'swp.room.message') messages.push({ event, content });
      if (isOwnLeave) await this.changes.apply({ tx, room, event, content });
      else await this.messages.apply({ tx, room, event, content });
    }
    await this.notify.run(tx, room, messages);
    this.notifyClients(tx, room);
  }

  /** Only what the members' server could not apply provisionally: its place has come. */
  async applySequencedOwn(tx: Tx, room: LockedRoom, events: readonly EventRow[]): Promise<void> {
    await this.applyAll(tx, room, events.filter((event) => event.type !== 'swp.room.message'));
  }

  /** What our own people were shown provisionally did not come to be. */
  async undo(tx: Tx, room: LockedRoom, event: EventRow): Promise<void> {
    const content = contentOf(event);
    if (content !== null) await this.messages.undo({ tx, room, event, content });
  }

  notifyClients(tx: Tx, room: LockedRoom): void {
    this.wake.clients(tx);
    if (room.hasLaneNews) this.wake.lanes(tx, room);
  }

  /** The room's log, or what waits for its host, has grown. */
  wakeLanes(tx: Tx, room: LockedRoom): void {
    this.wake.lanes(tx, room);
  }

  private async isAuthor({ tx, room, event, content }: { tx: Tx; room: LockedRoom; event: EventRow; content: Record<string, unknown> }): Promise<boolean> {
    const target = await this.events.findEvent(tx, room.row.id, String(content.event_id));
    return target !== null && target.sender === event.sender;
  }
}

export function contentOf(event: { content: string | null }): Record<string, unknown> | null {
  return event.content === null ? null : (JSON.parse(event.content) as Record<string, unknown>);
}

function editedBy(draft: EventDraft): string[] {
  if (draft.type !== 'swp.room.message.edit' || draft.contentText === null) return [];
  return [String((JSON.parse(draft.contentText) as { event_id: unknown }).event_id)];
}
