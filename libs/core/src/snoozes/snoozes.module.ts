import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { NotificationsModule } from '../notifications/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { RemindSweep, ReminderPeople } from './remind.sweep.js';
import { SnoozeStore } from './snooze.store.js';
import { Snoozes } from './snoozes.js';

@Module({ imports: [EventsModule, NotificationsModule, ParticipantsModule], providers: [SnoozeStore, Snoozes, RemindSweep, ReminderPeople], exports: [SnoozeStore, Snoozes, RemindSweep] })
export class SnoozesModule {}
