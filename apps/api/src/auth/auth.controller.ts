import { Controller, Req, Res } from '@nestjs/common';
import { ApiConfig } from '../api-config.js';
import type { TenantRow } from '@scaiwave/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { authCallback, authConfig, login, logout } from './auth.schema.js';
import { LoginFlow } from './login-flow.js';
import { CurrentTenant, type AuthedRequest } from './request-context.js';
import { endedCookies, sessionCookies, Sessions } from './sessions.js';

@Controller()
export class AuthController {
  constructor(
    private readonly flow: LoginFlow,
    private readonly sessions: Sessions,
    private readonly config: ApiConfig,
  ) {}

  @Endpoint(authConfig)
  getConfig(@CurrentTenant() tenant: TenantRow) {
    return {
      data: { issuer: tenant.oidc_issuer, client_id: tenant.oidc_client_id, login_url: '/v1/auth/login', server_name: tenant.server_name, display_name: tenant.display_name },
    };
  }

  @Endpoint(login)
  async login(@CurrentTenant() tenant: TenantRow, @Input() { query }: InputOf<typeof login>, @Res() reply: FastifyReply) {
    await reply.redirect(await this.flow.begin(tenant, { redirectUri: this.callbackOf(reply.request), returnTo: query.return_to }), 302);
  }

  @Endpoint(authCallback)
  async callback(@CurrentTenant() tenant: TenantRow, @Req() request: AuthedRequest, @Res() reply: FastifyReply) {
    const { participantId, returnTo } = await this.flow.complete(tenant, new URL(request.url, this.callbackOf(request)));
    const session = await this.sessions.open({ id: tenant.id, serverName: tenant.server_name }, participantId);
    await reply.header('set-cookie', sessionCookies(session, this.config.settings.publicScheme)).redirect(returnTo, 302);
  }

  @Endpoint(logout)
  async logout(@Req() request: AuthedRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    if (request.tenant) await this.sessions.close(request.tenant, request.headers.cookie);
    reply.header('set-cookie', endedCookies());
  }

  private callbackOf(request: FastifyRequest): string {
    return `${this.config.settings.publicScheme}://${request.headers.host}/v1/auth/callback`;
  }
}
