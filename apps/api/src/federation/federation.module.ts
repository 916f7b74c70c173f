import { Module } from '@nestjs/common';
import { InboxModule, KeysModule, TenantsModule } from '@scaiwave/core';
import { FederationController } from './federation.controller.js';

@Module({ imports: [InboxModule, KeysModule, TenantsModule], controllers: [FederationController] })
export class FederationHttpModule {}
