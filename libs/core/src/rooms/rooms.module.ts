import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { EventsModule } from '../events/events.module.js';
import { ParticipantsModule } from '../participants/index.js';
import { ChangeRoom } from './change-room.js';
import { CreateRoom } from './create-room.js';
import { EnsureForeignRoom } from './ensure-foreign-room.js';
import { JoinRoom } from './join-room.js';
import { OpenDm } from './open-dm.js';
import { SetRoomFederation } from './set-room-federation.js';
import { SpeakInRoom } from './speak-in-room.js';

@Module({
  imports: [AuditModule, EventsModule, ParticipantsModule],
  providers: [SpeakInRoom, CreateRoom, EnsureForeignRoom, OpenDm, ChangeRoom, JoinRoom, SetRoomFederation],
  exports: [EventsModule, SpeakInRoom, CreateRoom, EnsureForeignRoom, OpenDm, ChangeRoom, JoinRoom, SetRoomFederation],
})
export class RoomsModule {}
