import { Injectable } from '@nestjs/common';
import { EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { Actor } from '../participants/index.js';
import { SpeakInRoom, type Utterance } from './speak-in-room.js';

export type RoomChange = { name: string } | { topic: string };

/** Changes a room's name or topic. */
@Injectable()
export class ChangeRoom {
  constructor(private readonly speak: SpeakInRoom) {}

  run(input: { actor: Actor; roomId: RoomId; change: RoomChange }): Promise<EventRow[]> {
    const { actor, roomId, change } = input;
    return this.speak.run({ actor, roomId, compose: ({ room }) => (isAlready(room.row, change) ? [] : [utteranceOf(change)]) });
  }
}

function utteranceOf(change: RoomChange): Utterance {
  return { type: 'name' in change ? EVENT_TYPES.name : EVENT_TYPES.topic, content: change };
}

function isAlready(row: { name: string | null; topic: string | null }, change: RoomChange): boolean {
  return 'name' in change ? (row.name ?? '') === change.name : (row.topic ?? '') === change.topic;
}
