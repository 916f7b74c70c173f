import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { ParticipantStore } from '../../participants/index.js';
import type { InboundRequest } from '../inbound-request.js';
import { buildAnswer, buildRefusal, type RawResponse } from '../raw-request.js';
import { presentProfile } from './present-profile.js';

/** `GET profile/{local_id}`: one of this server's own people. Who may ask was decided with the policy. */
@Injectable()
export class ServeProfile {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
  ) {}

  async run({ tenant, endpoint }: InboundRequest): Promise<RawResponse> {
    const fqid = `@${endpoint.values.local_id}:${tenant.serverName}`;
    const person = await this.db.readTenant(tenant.id, (db) => this.participants.findByFqid(db, fqid));
    if (!person) return buildRefusal({ code: 'SW_FED_USER_UNKNOWN', reason: 'no such person' });
    return buildAnswer(presentProfile(person));
  }
}
