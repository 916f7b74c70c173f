import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import type { Actor } from '../participants/index.js';
import { KeyRotationStore } from './key-rotation.store.js';

/** Asks for another signing key. Whoever has the private keys (the operator, `scaiwave up`) sees to it within 5 s. */
@Injectable()
export class RequestRotation {
  constructor(
    private readonly db: Database,
    private readonly store: KeyRotationStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A second wish while one is being seen to changes nothing. */
  async run(actor: Actor): Promise<void> {
    await this.db.forTenant(actor.tenant.id, async (tx) => {
      const isNew = await this.store.request(tx, { at: this.clock.date(), by: actor.fqid });
      if (isNew) await this.audit.write(tx, { actor: actor.fqid, action: 'key.rotation_requested', subject: actor.tenant.serverName });
    });
  }
}
