import { Module } from '@nestjs/common';
import { AuditModule, InboxModule, InvitationsModule, KeysModule, ParticipantsModule, PolicyModule, RefreshForeign, RequestsModule, RoomsModule } from '@scaiwave/core';
import { AdminLogs } from './admin-logs.js';
import { FederationAdminController } from './federation-admin.controller.js';
import { KeysAdminController } from './keys-admin.controller.js';
import { RoomsAdminController } from './rooms-admin.controller.js';
import { StatsController } from './stats.controller.js';
import { StatsStore } from './stats.store.js';

@Module({
  imports: [AuditModule, InboxModule, InvitationsModule, KeysModule, ParticipantsModule, PolicyModule, RequestsModule, RoomsModule],
  controllers: [FederationAdminController, KeysAdminController, RoomsAdminController, StatsController],
  providers: [AdminLogs, RefreshForeign, StatsStore],
})
export class AdminHttpModule {}
