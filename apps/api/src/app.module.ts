import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { Logger } from '@scaiwave/telemetry';
import { AdminHttpModule } from './admin/admin.module.js';
import { AuthGuard } from './auth/auth.guard.js';
import { AuthModule } from './auth/auth.module.js';
import { DeliveriesHttpModule } from './deliveries/deliveries.controller.js';
import { DirectoryHttpModule } from './directory/directory.controller.js';
import { FederationHttpModule } from './federation/federation.module.js';
import { ErrorFilter } from './http/error.filter.js';
import { Idempotency } from './http/idempotency.js';
import { IdempotencyStore } from './http/idempotency.store.js';
import { CheckInput } from './http/input.js';
import { OpenApiController } from './http/openapi.controller.js';
import { InvitationsHttpModule } from './invitations/invitations.module.js';
import { MeHttpModule } from './me/me.module.js';
import { MediaHttpModule } from './media/media.controller.js';
import { MembersHttpModule } from './members/members.module.js';
import { MessagesHttpModule } from './messages/messages.module.js';
import { NotificationsHttpModule } from './notifications/notifications.controller.js';
import { PeersHttpModule } from './peers/peers.controller.js';
import { PlatformModule, type Given } from './platform.module.js';
import { ProviderHttpModule } from './provider/provider-tenants.controller.js';
import { RealtimeModule } from './realtime/sync.controller.js';
import { RoomsHttpModule } from './rooms/rooms.module.js';
import { SearchHttpModule } from './search/search.controller.js';

/** The one wiring page of the API. */
@Module({})
export class AppModule {
  static for(given: Given): DynamicModule {
    return {
      module: AppModule,
      imports: [
        PlatformModule.for(given),
        AuthModule, RoomsHttpModule, MembersHttpModule, MessagesHttpModule, InvitationsHttpModule, MeHttpModule, NotificationsHttpModule,
        DeliveriesHttpModule, DirectoryHttpModule, AdminHttpModule, PeersHttpModule, MediaHttpModule, RealtimeModule, FederationHttpModule,
        ProviderHttpModule, SearchHttpModule,
      ],
      controllers: [OpenApiController],
      providers: [
        IdempotencyStore,
        { provide: APP_GUARD, useExisting: AuthGuard },
        { provide: APP_INTERCEPTOR, useClass: CheckInput },
        { provide: APP_INTERCEPTOR, useClass: Idempotency },
        { provide: APP_FILTER, useFactory: (logger: Logger) => new ErrorFilter(logger), inject: [Logger] },
      ],
    };
  }
}
