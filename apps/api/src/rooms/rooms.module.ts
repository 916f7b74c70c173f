import { Module } from '@nestjs/common';
import { InvitationsModule, ParticipantsModule, RoomsModule, SnoozesModule } from '@scaiwave/core';
import { ReadRoom, RoomStateStores } from './read-room.js';
import { RoomChangesController } from './room-changes.controller.js';
import { RoomPresenter } from './room.presenter.js';
import { RoomsController } from './rooms.controller.js';

@Module({
  imports: [RoomsModule, InvitationsModule, ParticipantsModule, SnoozesModule],
  controllers: [RoomsController, RoomChangesController],
  providers: [ReadRoom, RoomStateStores, RoomPresenter],
  exports: [ReadRoom, RoomPresenter],
})
export class RoomsHttpModule {}
