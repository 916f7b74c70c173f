import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError } from '@scaiwave/protocol';
import { PeerRequests } from '../requests/index.js';
import type { Actor, ParticipantRow } from './participant-row.js';
import { ParticipantStore } from './participant.store.js';

const TIMEOUT_MS = 6_000;

/** Fetches a foreign person's profile again, and their server's descriptor with it: the documented remedy for a key that was rotated. */
@Injectable()
export class RefreshForeign {
  constructor(
    private readonly db: Database,
    private readonly store: ParticipantStore,
    private readonly requests: PeerRequests,
  ) {}

  /** @throws DomainError `SW_PARTICIPANT_NOT_FOUND`, or what kept us from their server */
  async run(input: { actor: Actor; participantId: string }): Promise<ParticipantRow> {
    const { tenant } = input.actor;
    const person = await this.db.readTenant(tenant.id, (db) => this.store.findById(db, input.participantId));
    if (person?.participant_type !== 'federated') throw new DomainError('SW_PARTICIPANT_NOT_FOUND');
    for (const kind of ['descriptor', 'profile'] as const) {
      const params = kind === 'profile' ? { local_id: person.local_id } : { refetch: true };
      const asked = await this.requests.ask<{ display_name?: string }>(tenant.id, { kind, serverName: person.server_name, params, timeoutMs: TIMEOUT_MS });
      if (!asked.ok) throw new DomainError(asked.code, { by: asked.by });
      const name = kind === 'profile' ? asked.answer.display_name : undefined;
      if (name) await this.db.forTenant(tenant.id, (tx) => this.store.markDisplayName(tx, person.id, name));
    }
    return (await this.db.readTenant(tenant.id, (db) => this.store.findById(db, person.id))) ?? person;
  }
}
