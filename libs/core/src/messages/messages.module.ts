import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { MediaModule } from '../media/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { EditMessage } from './edit-message.js';
import { PostMessage } from './post-message.js';
import { ReactToMessage } from './react-to-message.js';
import { RedactMessage } from './redact-message.js';
import { WriteMessageContent } from './write-message-content.js';

@Module({
  imports: [EventsModule, MediaModule, ParticipantsModule, RoomsModule],
  providers: [WriteMessageContent, PostMessage, EditMessage, RedactMessage, ReactToMessage],
  exports: [PostMessage, EditMessage, RedactMessage, ReactToMessage],
})
export class MessagesModule {}
