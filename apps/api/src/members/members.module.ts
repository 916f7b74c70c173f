import { Module } from '@nestjs/common';
import { MembersModule, ParticipantsModule, RoomsModule } from '@scaiwave/core';
import { MembersController } from './members.controller.js';
import { ReadMembers } from './read-members.js';

@Module({ imports: [MembersModule, RoomsModule, ParticipantsModule], controllers: [MembersController], providers: [ReadMembers] })
export class MembersHttpModule {}
