import { Module } from '@nestjs/common';
import { InvitationsModule, PeersModule, PolicyModule } from '@scaiwave/core';
import { AuthModule } from '../auth/auth.module.js';
import { RoomsHttpModule } from '../rooms/rooms.module.js';
import { CheckServer } from './check-server.js';
import { FederatedDmsController } from './federated-dms.controller.js';
import { InvitationsController } from './invitations.controller.js';

@Module({ imports: [InvitationsModule, PeersModule, PolicyModule, RoomsHttpModule, AuthModule], controllers: [InvitationsController, FederatedDmsController], providers: [CheckServer] })
export class InvitationsHttpModule {}
