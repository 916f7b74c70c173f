import { Module } from '@nestjs/common';
import { EventsModule, ParticipantsModule } from '@scaiwave/core';
import { MeController } from './me.controller.js';

@Module({ imports: [ParticipantsModule, EventsModule], controllers: [MeController] })
export class MeHttpModule {}
