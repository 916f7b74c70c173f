import { Controller, Req, Res } from '@nestjs/common';
import type { ProviderConfig } from '@scaiwave/config';
import { DomainError } from '@scaiwave/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiConfig } from '../api-config.js';
import { endedCookies, sessionCookies } from '../auth/sessions.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { ProviderSessions } from './provider-sessions.js';
import { providerCallback, providerConfigEndpoint, providerLogin, providerLogout } from './provider.schema.js';

@Controller()
export class ProviderAuthController {
  constructor(
    private readonly sessions: ProviderSessions,
    private readonly config: ApiConfig,
  ) {}

  @Endpoint(providerConfigEndpoint)
  getConfig() {
    const { issuer, clientId, host } = this.provider;
    return { data: { issuer, client_id: clientId, login_url: '/v1/provider/auth/login', host } };
  }

  @Endpoint(providerLogin)
  async login(@Input() { query }: InputOf<typeof providerLogin>, @Res() reply: FastifyReply) {
    await reply.redirect(await this.sessions.begin(this.provider, { redirectUri: this.callbackOf(reply.request), returnTo: query.return_to }), 302);
  }

  /** Whatever goes wrong is said on the page where the login began: the browser shows this answer to a person. */
  @Endpoint(providerCallback)
  async callback(@Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    try {
      const { returnTo, ...session } = await this.sessions.complete(this.provider, new URL(request.url, this.callbackOf(request)));
      await reply.header('set-cookie', sessionCookies(session, this.config.settings.publicScheme)).redirect(returnTo, 302);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      await reply.redirect(`/provider?error=${error.code}`, 302);
    }
  }

  @Endpoint(providerLogout)
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.sessions.close(request.headers.cookie);
    reply.header('set-cookie', endedCookies());
  }

  private get provider(): ProviderConfig {
    const { provider } = this.config.settings;
    if (!provider) throw new DomainError('SW_NOT_FOUND');
    return provider;
  }

  private callbackOf(request: FastifyRequest): string {
    return `${this.config.settings.publicScheme}://${request.headers.host}/v1/provider/auth/callback`;
  }
}
