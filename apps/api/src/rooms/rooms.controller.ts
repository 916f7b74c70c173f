import { Controller } from '@nestjs/common';
import { CreateRoom, JoinRoom, OpenDm, type Actor } from '@scaiwave/core';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { ReadRoom } from './read-room.js';
import * as routes from './room.schema.js';

@Controller()
export class RoomsController {
  constructor(
    private readonly read: ReadRoom,
    private readonly create: CreateRoom,
    private readonly dm: OpenDm,
    private readonly join: JoinRoom,
  ) {}

  @Endpoint(routes.listRooms)
  listRooms(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listRooms>) {
    return this.read.list(actor, query);
  }

  @Endpoint(routes.createRoom)
  async createRoom(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.createRoom>) {
    const room = await this.create.run({
      actor,
      roomType: body.scope_kind === 'incognito' ? 'incognito' : body.room_type,
      name: body.name,
      topic: body.topic ?? null,
      ...(body.is_public === undefined ? {} : { isPublic: body.is_public }),
      hidesHistory: body.hides_history ?? false,
    });
    return this.read.one(actor, room.id);
  }

  @Endpoint(routes.openDm)
  async openDm(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.openDm>) {
    const room = await this.dm.run({ actor, participantId: body.participant_id });
    return this.read.one(actor, room.id);
  }

  @Endpoint(routes.listPublicRooms)
  listPublicRooms(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listPublicRooms>) {
    return this.read.listPublic(actor, query);
  }

  @Endpoint(routes.getRoom)
  getRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getRoom>) {
    return this.read.one(actor, params.room_id);
  }

  @Endpoint(routes.getRoomState)
  getRoomState(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.getRoomState>) {
    return this.read.state(actor, params.room_id);
  }

  @Endpoint(routes.joinRoom)
  async joinRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.joinRoom>) {
    await this.join.run({ actor, roomId: params.room_id });
    return this.read.one(actor, params.room_id);
  }
}
