import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { DomainError, EVENT_TYPES, type Fqid, type RoomId } from '@scaiwave/protocol';
import { chainStart } from '@scaiwave/protocol/node';
import { Clock, newId } from '@scaiwave/telemetry';
import { buildDraft } from '../events/event-draft.js';
import { RoomLog } from '../events/room-log.js';
import type { Actor } from '../participants/index.js';
import type { RoomRow, RoomType } from './room-row.js';
import { RoomStore } from './room.store.js';

export interface NewRoomInput {
  actor: Actor;
  roomType: RoomType;
  name: string | null;
  topic?: string | null;
  isPublic?: boolean;
  scopeKind?: string | null;
  hidesHistory?: boolean;
  dmKey?: string | null;
  /** people of this server who are in from the beginning, with the creator's power */
  withMembers?: ReadonlyArray<{ fqid: Fqid; displayName: string }>;
}

/** Makes a room that this server hosts. Its log alone rebuilds it: the creator's join is event 1, then name and topic. */
@Injectable()
export class CreateRoom {
  constructor(
    private readonly db: Database,
    private readonly rooms: RoomStore,
    private readonly log: RoomLog,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_AUTH_INSUFFICIENT_PERMISSION` for a bridge room made by somebody who is no admin */
  run(input: NewRoomInput): Promise<RoomRow> {
    if (input.roomType === 'bridge' && input.actor.role !== 'admin') throw new DomainError('SW_AUTH_INSUFFICIENT_PERMISSION');
    return this.db.forTenant(input.actor.tenant.id, (tx) => this.create(tx, input));
  }

  /** The same inside a transaction that does more, such as a DM with its invitation. */
  async create(tx: Tx, input: NewRoomInput): Promise<RoomRow> {
    const { actor } = input;
    const id = newId(this.clock) as RoomId;
    const inserted = await this.rooms.insertRoom(tx, {
      id,
      host: actor.tenant.serverName,
      room_type: input.roomType,
      scope_kind: input.roomType === 'incognito' ? 'incognito' : (input.scopeKind ?? null),
      name: input.name,
      topic: input.topic ?? null,
      creator: actor.fqid,
      is_public: input.isPublic ?? input.roomType === 'public',
      hides_history: input.hidesHistory ?? false,
      dm_key: input.dmKey ?? null,
      chain: Buffer.from(chainStart(id)),
      created_at: this.clock.date(),
    });
    if (!inserted) throw new DomainError('SW_FED_ROOM_CONFLICT');
    const room = await this.log.lockRoom(tx, actor.tenant, id);
    if (!room) throw new Error('a room vanished in the transaction that made it');
    const said = firstEvents(input).map((event) => buildDraft({ clock: this.clock, roomId: id, origin: actor.tenant.serverName, sender: actor.fqid, ...event }));
    await this.log.append(tx, room, said);
    return room.row;
  }
}

function firstEvents(input: NewRoomInput): Array<{ type: string; content: object }> {
  const joinOf = (person: { fqid: Fqid; displayName: string }) => ({
    type: EVENT_TYPES.member,
    content: { fqid: person.fqid, membership: 'join', power_level: 100, display_name: person.displayName },
  });
  return [
    joinOf(input.actor),
    ...(input.name === null ? [] : [{ type: EVENT_TYPES.name, content: { name: input.name } }]),
    ...(input.topic ? [{ type: EVENT_TYPES.topic, content: { topic: input.topic } }] : []),
    ...(input.withMembers ?? []).map(joinOf),
  ];
}
