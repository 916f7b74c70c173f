import { Controller, Module } from '@nestjs/common';
import { ParticipantsModule, ParticipantStore, RequestsModule, SearchAbroad, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { RateLimit } from '../http/rate-limit.js';
import { presentParticipant } from '../members/participant.presenter.js';
import { presentPersonAbroad } from './person-abroad.presenter.js';
import * as routes from './directory.schema.js';

const SEARCHES_ABROAD_PER_MINUTE = 60;

@Controller()
export class DirectoryController {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
    private readonly abroad: SearchAbroad,
    private readonly limits: RateLimit,
  ) {}

  @Endpoint(routes.searchPeople)
  async searchPeople(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.searchPeople>) {
    const { q, type, server_name: serverName, limit, offset } = query;
    if (serverName !== undefined && serverName !== actor.tenant.serverName) {
      this.limits.takeRare(`directory/${actor.participantId}`, SEARCHES_ABROAD_PER_MINUTE);
      return { data: (await this.abroad.run({ actor, serverName, q, limit })).map(presentPersonAbroad), meta: { limit, offset: 0 } };
    }
    const includeFederated = (query.include_federated || type === 'federated') && type !== 'human' && serverName === undefined;
    const rows = await this.db.readTenant(actor.tenant.id, (db) => this.participants.search(db, { q, includeFederated, includeOwn: type !== 'federated', limit, offset }));
    return { data: rows.map(presentParticipant), meta: { limit, offset } };
  }
}

@Module({ imports: [ParticipantsModule, RequestsModule, AuthModule], controllers: [DirectoryController], providers: [SearchAbroad] })
export class DirectoryHttpModule {}
