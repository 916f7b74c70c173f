import { Module } from '@nestjs/common';
import { ParticipantsModule, RoomsModule } from '@scaiwave/core';
import { ReadRoom } from './read-room.js';
import { RoomPresenter } from './room.presenter.js';
import { RoomsController } from './rooms.controller.js';

@Module({ imports: [RoomsModule, ParticipantsModule], controllers: [RoomsController], providers: [ReadRoom, RoomPresenter], exports: [ReadRoom, RoomPresenter] })
export class RoomsHttpModule {}
