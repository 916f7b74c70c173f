import { Module } from '@nestjs/common';
import { ControlEventStore } from './control-event.store.js';
import { ControlLane } from './control-lane.js';

/** Saying something to one server that is no part of a room's log. */
@Module({ providers: [ControlEventStore, ControlLane], exports: [ControlEventStore, ControlLane] })
export class ControlLaneModule {}
