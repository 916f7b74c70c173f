import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { InvitationsModule } from '../invitations/invitations.module.js';
import { NotificationsModule } from '../notifications/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { AddLocalMember, AddLocalMemberStores } from './add-local-member.js';
import { ChangeMembership } from './change-membership.js';
import { SetOwnSettings } from './set-own-settings.js';
import { SetPower } from './set-power.js';

@Module({
  imports: [EventsModule, InvitationsModule, NotificationsModule, ParticipantsModule, RoomsModule],
  providers: [ChangeMembership, AddLocalMemberStores, AddLocalMember, SetPower, SetOwnSettings],
  exports: [ChangeMembership, AddLocalMember, SetPower, SetOwnSettings],
})
export class MembersModule {}
