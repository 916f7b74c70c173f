import { Module } from '@nestjs/common';
import { EnsureParticipant } from './ensure-participant.js';
import { LogIn } from './log-in.js';
import { ParticipantStore } from './participant.store.js';

@Module({ providers: [EnsureParticipant, LogIn, ParticipantStore], exports: [EnsureParticipant, LogIn, ParticipantStore] })
export class ParticipantsModule {}
