import { Module } from '@nestjs/common';
import { EventsModule, MessagesModule, ParticipantsModule } from '@scaiwave/core';
import { EventPresenter } from './event.presenter.js';
import { MessagesController } from './messages.controller.js';
import { ReadMessages } from './read-messages.js';

@Module({ imports: [MessagesModule, EventsModule, ParticipantsModule], controllers: [MessagesController], providers: [ReadMessages, EventPresenter], exports: [EventPresenter] })
export class MessagesHttpModule {}
