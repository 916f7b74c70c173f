import { Module } from '@nestjs/common';
import { ListenerStore } from './listener.store.js';
import { NotificationStore } from './notification.store.js';
import { Notify } from './notify.js';
import { NotifyOfMessages } from './notify-of-messages.js';

@Module({ providers: [Notify, NotifyOfMessages, NotificationStore, ListenerStore], exports: [Notify, NotifyOfMessages, NotificationStore] })
export class NotificationsModule {}
