import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { parseFqid } from '@scaiwave/protocol';
import type { Actor } from '../participants/index.js';
import { BeforeInvite } from './before-invite.js';
import { DmOutcome, type FederatedDmAnswer, type Pair } from './dm-outcome.js';
import { FederatedDms } from './federated-dms.js';
import { StartInvitation } from './start-invitation.js';

/** Opens a DM with a person of another server; the same two people always get the same room, as long as they are in it. */
@Injectable()
export class OpenFederatedDm {
  constructor(
    private readonly db: Database,
    private readonly dms: FederatedDms,
    private readonly before: BeforeInvite,
    private readonly invite: StartInvitation,
    private readonly outcome: DmOutcome,
  ) {}

  /** @throws DomainError as InviteForeign; the room of a refused invitation is gone with it */
  async run({ actor, fqid }: { actor: Actor; fqid: string }): Promise<FederatedDmAnswer> {
    const startedAt = performance.now();
    const pair: Pair = { actor, invitee: parseFqid(fqid) };
    const known = await this.db.readTenant(actor.tenant.id, (db) => this.dms.find(db, pair));
    if (known.kind === 'open') return this.outcome.existing(pair, { ...known, startedAt });
    if (known.kind === 'invited') return this.outcome.accept(pair, { ...known, startedAt });
    await this.before.newDm(pair);
    const started = await this.db.forTenant(actor.tenant.id, async (tx) => {
      const found = await this.dms.ensureRoom(tx, pair);
      if (found.kind !== 'alone') return found;
      return { kind: 'started' as const, room: found.room, started: await this.invite.run(tx, { actor, room: found.room, invitee: pair.invitee }) };
    });
    if (started.kind === 'open') return this.outcome.existing(pair, { ...started, startedAt });
    if (started.kind === 'invited') return this.outcome.accept(pair, { ...started, startedAt });
    if (started.kind === 'none') throw new Error('a DM was neither found nor made');
    return this.outcome.await(pair, { ...started, startedAt });
  }
}
