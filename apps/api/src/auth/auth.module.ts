import { Module } from '@nestjs/common';
import { ParticipantsModule, TenantsModule } from '@scaiwave/core';
import { RateLimit } from '../http/rate-limit.js';
import { ProviderAccess } from '../provider/provider-access.js';
import { ProviderSessionStore } from '../provider/provider-session.store.js';
import { ProviderSessions } from '../provider/provider-sessions.js';
import { AccessTokens } from './access-tokens.js';
import { AuthController } from './auth.controller.js';
import { AuthGuard } from './auth.guard.js';
import { BearerTokens } from './bearer-tokens.js';
import { ClientSecrets } from './client-secrets.js';
import { Issuers } from './issuers.js';
import { LoginFlow } from './login-flow.js';
import { SessionStore } from './session.store.js';
import { Sessions } from './sessions.js';

@Module({
  imports: [ParticipantsModule, TenantsModule],
  controllers: [AuthController],
  providers: [AccessTokens, AuthGuard, BearerTokens, ClientSecrets, Issuers, LoginFlow, SessionStore, Sessions, ProviderAccess, ProviderSessionStore, ProviderSessions, RateLimit],
  exports: [AuthGuard, BearerTokens, Sessions, ProviderAccess, ProviderSessions, RateLimit, TenantsModule],
})
export class AuthModule {}
