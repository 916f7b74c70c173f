import { Module } from '@nestjs/common';
import { InvitationsModule, ParticipantsModule, RoomsModule } from '@scaiwave/core';
import { ReadRoom } from './read-room.js';
import { RoomChangesController } from './room-changes.controller.js';
import { RoomPresenter } from './room.presenter.js';
import { RoomsController } from './rooms.controller.js';

@Module({
  imports: [RoomsModule, InvitationsModule, ParticipantsModule],
  controllers: [RoomsController, RoomChangesController],
  providers: [ReadRoom, RoomPresenter],
  exports: [ReadRoom, RoomPresenter],
})
export class RoomsHttpModule {}
