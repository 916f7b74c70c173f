import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, type Profile, type ServerName } from '@scaiwave/protocol';
import { PeerRequests } from '../requests/index.js';
import type { Actor } from './participant-row.js';
import { ParticipantStore } from './participant.store.js';

const TIMEOUT_MS = 6_000;

/** Somebody that another server shows; `id` is this tenant's, where it has met them. */
export type PersonAbroad = Profile & { id: string | null };

/** Asks one other server, now, who is there. Its answer is shown and not kept. */
@Injectable()
export class SearchAbroad {
  constructor(
    private readonly db: Database,
    private readonly store: ParticipantStore,
    private readonly requests: PeerRequests,
  ) {}

  /** @throws DomainError what kept us from that server, or what it refused with */
  async run(input: { actor: Actor; serverName: ServerName; q: string; limit: number }): Promise<PersonAbroad[]> {
    const { actor, serverName, q, limit } = input;
    const asked = await this.requests.ask<Profile[]>(actor.tenant.id, { kind: 'directory', serverName, params: { q, limit }, timeoutMs: TIMEOUT_MS });
    if (!asked.ok) throw new DomainError(asked.code, { by: asked.by });
    const found = asked.answer.slice(0, limit);
    const known = await this.db.readTenant(actor.tenant.id, (db) => this.store.listByFqids(db, found.map((person) => person.fqid)));
    const ids = new Map(known.map((person) => [person.fqid, person.id]));
    return found.map((person) => ({ ...person, id: ids.get(person.fqid) ?? null }));
  }
}
