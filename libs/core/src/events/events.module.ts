import { Module } from '@nestjs/common';
import { MediaStore } from '../media/media.store.js';
import { MemberStore } from '../members/member.store.js';
import { NotificationsModule } from '../notifications/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { RoomLanes } from '../rooms/room-lanes.store.js';
import { RoomStore } from '../rooms/room.store.js';
import { EventStore } from './event.store.js';
import { HostPlaces } from './host-places.js';
import { MessageProjection } from './message-projection.js';
import { PlaceStore } from './place.store.js';
import { ReactionStore } from './reaction.store.js';
import { RefuseOwnEvents } from './refuse-own-events.js';
import { RoomEffects } from './room-effects.js';
import { RoomLog } from './room-log.js';
import { RoomProjection } from './room-projection.js';
import { RoomWake } from './room-wake.js';

/** The room's log: places, effects, and what is stored of rooms and members under it. */
@Module({
  imports: [NotificationsModule, ParticipantsModule],
  providers: [EventStore, ReactionStore, PlaceStore, RoomStore, MemberStore, MediaStore, RoomLanes, RoomWake, MessageProjection, RoomProjection, RoomEffects, RoomLog, HostPlaces, RefuseOwnEvents],
  exports: [EventStore, ReactionStore, PlaceStore, RoomStore, MemberStore, RoomLog, HostPlaces, RefuseOwnEvents, RoomEffects],
})
export class EventsModule {}
