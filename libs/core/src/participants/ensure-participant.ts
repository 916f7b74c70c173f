import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { splitFqid, type Fqid } from '@scaiwave/protocol';
import { Clock, newId } from '@scaiwave/telemetry';
import type { ParticipantRow } from './participant-row.js';
import { ParticipantStore } from './participant.store.js';

/** Makes this tenant know a person, once. */
@Injectable()
export class EnsureParticipant {
  constructor(
    private readonly store: ParticipantStore,
    private readonly clock: Clock,
  ) {}

  /** Somebody named by FQID: found if known, our own people included, else made as a person of another server. */
  async foreign(tx: Tx, fqid: Fqid, displayName?: string): Promise<ParticipantRow> {
    const known = await this.store.findByFqid(tx, fqid);
    if (known?.participant_type === 'federated' && displayName && displayName !== known.display_name) {
      await this.store.markDisplayName(tx, known.id, displayName);
      return { ...known, display_name: displayName };
    }
    if (known) return known;
    const { localId, serverName } = splitFqid(fqid);
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
    return made ?? this.foreign(tx, fqid, displayName);
  }
}
