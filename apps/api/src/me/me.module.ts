import { Module } from '@nestjs/common';
import { EphemeralsModule, ParticipantsModule } from '@scaiwave/core';
import { MeController } from './me.controller.js';

@Module({ imports: [EphemeralsModule, ParticipantsModule], controllers: [MeController] })
export class MeHttpModule {}
