import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { IndexMessages } from './index-messages.js';
import { MessageTextStore } from './message-text.store.js';
import { SearchMessages } from './search-messages.js';

@Module({ imports: [EventsModule], providers: [MessageTextStore, IndexMessages, SearchMessages], exports: [MessageTextStore, IndexMessages, SearchMessages] })
export class SearchModule {}
