import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { ParticipantsModule } from '../participants/index.js';
import { ChangeRoom } from './change-room.js';
import { CreateRoom } from './create-room.js';
import { EnsureForeignRoom } from './ensure-foreign-room.js';
import { JoinRoom } from './join-room.js';
import { OpenDm } from './open-dm.js';
import { SpeakInRoom } from './speak-in-room.js';

@Module({
  imports: [EventsModule, ParticipantsModule],
  providers: [SpeakInRoom, CreateRoom, EnsureForeignRoom, OpenDm, ChangeRoom, JoinRoom],
  exports: [EventsModule, SpeakInRoom, CreateRoom, EnsureForeignRoom, OpenDm, ChangeRoom, JoinRoom],
})
export class RoomsModule {}
