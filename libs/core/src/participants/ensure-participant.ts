import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { splitFqid, type Fqid, type ServerName } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { TenantContext } from '../tenants/index.js';
import type { ParticipantRow } from './participant-row.js';
import { ParticipantStore } from './participant.store.js';

/** What a server says of a person. */
export interface SaidOfPerson {
  fqid: Fqid;
  displayName?: string | undefined;
  /** the server whose signature, or whose answer, this is */
  by: ServerName;
}

/** Makes this tenant know a person, once. */
@Injectable()
export class EnsureParticipant {
  constructor(
    private readonly store: ParticipantStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Somebody named by FQID: found if known, our own people included, else made as a person of another server. Anybody's word names
   * somebody new; only their own server's renames them. Null: no such person of ours, and nobody else's word makes one.
   */
  async run(tx: Tx, tenant: TenantContext, said: SaidOfPerson): Promise<ParticipantRow | null> {
    const { fqid, displayName } = said;
    const { localId, serverName } = splitFqid(fqid);
    const known = await this.store.findByFqid(tx, fqid);
    if (known || serverName === tenant.serverName) return known && this.rename(tx, known, said);
    const made = await this.store.insertParticipant(tx, {
      id: newId(this.clock),
      fqid,
      local_id: localId,
      server_name: serverName,
      display_name: displayName ?? localId,
      participant_type: 'federated',
      role: 'user',
      oidc_subject: null,
      email: null,
      created_at: this.clock.date(),
    });
    return made ?? this.run(tx, tenant, said);
  }

  private async rename(tx: Tx, known: ParticipantRow, { displayName, by }: SaidOfPerson): Promise<ParticipantRow> {
    const isTheirs = known.participant_type === 'federated' && by === known.server_name;
    if (!isTheirs || !displayName || displayName === known.display_name) return known;
    await this.store.markDisplayName(tx, known.id, displayName);
    return { ...known, display_name: displayName };
  }
}
