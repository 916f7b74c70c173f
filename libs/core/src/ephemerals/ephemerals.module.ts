import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { ParticipantsModule } from '../participants/index.js';
import { EphemeralStore } from './ephemeral.store.js';
import { OwnPresence } from './own-presence.js';
import { OwnTyping } from './own-typing.js';
import { EphemeralStores, TakeEphemerals } from './take-ephemerals.js';
import { TellPeers } from './tell-peers.js';

/** Typing and presence: never stored as events, never retried, newest wins. */
@Module({
  imports: [EventsModule, ParticipantsModule],
  providers: [EphemeralStore, EphemeralStores, TellPeers, OwnPresence, OwnTyping, TakeEphemerals],
  exports: [EphemeralStore, TellPeers, OwnPresence, OwnTyping, TakeEphemerals],
})
export class EphemeralsModule {}
