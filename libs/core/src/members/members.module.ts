import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { ParticipantsModule } from '../participants/index.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { AddLocalMember } from './add-local-member.js';
import { ChangeMembership } from './change-membership.js';
import { SetOwnSettings } from './set-own-settings.js';
import { SetPower } from './set-power.js';

@Module({
  imports: [EventsModule, ParticipantsModule, RoomsModule],
  providers: [ChangeMembership, AddLocalMember, SetPower, SetOwnSettings],
  exports: [ChangeMembership, AddLocalMember, SetPower, SetOwnSettings],
})
export class MembersModule {}
