import { Module } from '@nestjs/common';
import { NotificationStore } from './notification.store.js';
import { Notify } from './notify.js';

@Module({ providers: [Notify, NotificationStore], exports: [Notify, NotificationStore] })
export class NotificationsModule {}
