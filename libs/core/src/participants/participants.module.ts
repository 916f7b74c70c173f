import { Module } from '@nestjs/common';
import { EnsureParticipant } from './ensure-participant.js';
import { ParticipantStore } from './participant.store.js';

@Module({ providers: [EnsureParticipant, ParticipantStore], exports: [EnsureParticipant, ParticipantStore] })
export class ParticipantsModule {}
