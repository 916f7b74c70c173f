import { Controller } from '@nestjs/common';
import { ChangeRoom, FreezeRoom, type Actor, type RoomChange } from '@scaiwave/core';
import type { RoomId } from '@scaiwave/protocol';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { ReadRoom } from './read-room.js';
import * as routes from './room.schema.js';

/** What members change about a room. */
@Controller()
export class RoomChangesController {
  constructor(
    private readonly read: ReadRoom,
    private readonly change: ChangeRoom,
    private readonly freeze: FreezeRoom,
  ) {}

  @Endpoint(routes.setName)
  setName(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.setName>) {
    return this.#change(actor, params.room_id, body);
  }

  @Endpoint(routes.setTopic)
  setTopic(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.setTopic>) {
    return this.#change(actor, params.room_id, body);
  }

  @Endpoint(routes.closeRoom)
  closeRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.closeRoom>) {
    return this.#freeze(actor, params.room_id, 'closed');
  }

  @Endpoint(routes.archiveRoom)
  archiveRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.archiveRoom>) {
    return this.#freeze(actor, params.room_id, 'archived');
  }

  async #freeze(actor: Actor, roomId: RoomId, state: 'archived' | 'closed') {
    await this.freeze.run({ actor, roomId, state });
    return this.read.one(actor, roomId);
  }

  async #change(actor: Actor, roomId: RoomId, change: RoomChange) {
    await this.change.run({ actor, roomId, change });
    return this.read.one(actor, roomId);
  }
}
