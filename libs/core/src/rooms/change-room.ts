import { Injectable } from '@nestjs/common';
import { EVENT_TYPES, type RoomId } from '@scaiwave/protocol';
import type { EventRow } from '../events/event-row.js';
import type { Actor } from '../participants/index.js';
import type { RoomState } from './room-row.js';
import { SpeakInRoom, type Utterance } from './speak-in-room.js';

export type RoomChange = { name: string } | { topic: string } | { state: RoomState };

/** Changes a room's name, topic or state (archive, close). Only the host's own people may change the state. */
@Injectable()
export class ChangeRoom {
  constructor(private readonly speak: SpeakInRoom) {}

  run(input: { actor: Actor; roomId: RoomId; change: RoomChange }): Promise<EventRow[]> {
    const { actor, roomId, change } = input;
    return this.speak.run({ actor, roomId, compose: ({ room }) => (isAlready(room.row, change) ? [] : [utteranceOf(change)]) });
  }
}

function utteranceOf(change: RoomChange): Utterance {
  if ('name' in change) return { type: EVENT_TYPES.name, content: change };
  if ('topic' in change) return { type: EVENT_TYPES.topic, content: change };
  // The server says the state by itself: the protocol gives it no sender.
  return { type: EVENT_TYPES.state, content: change, isServerAct: true };
}

function isAlready(row: { name: string | null; topic: string | null; state: RoomState }, change: RoomChange): boolean {
  if ('name' in change) return (row.name ?? '') === change.name;
  if ('topic' in change) return (row.topic ?? '') === change.topic;
  return row.state === change.state;
}
