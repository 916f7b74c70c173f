import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DomainError, firstIssue, partialPolicySchema, type EffectivePolicy } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import type { Actor } from '../participants/index.js';
import { PolicyStore } from './policy.store.js';

/** Merges what the tenant's admin states into what they stated before; a null list takes the statement back. */
@Injectable()
export class ChangePolicy {
  constructor(
    private readonly db: Database,
    private readonly policies: PolicyStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws DomainError `SW_REQUEST_INVALID` with the field */
  run(input: { actor: Actor; change: Record<string, unknown> }): Promise<EffectivePolicy> {
    const parsed = partialPolicySchema.safeParse(input.change);
    if (!parsed.success) throw new DomainError('SW_REQUEST_INVALID', { field: String(parsed.error.issues[0]?.path[0] ?? 'body'), reason: firstIssue(parsed.error) });
    return this.db.forTenant(input.actor.tenant.id, async (tx) => {
      const before = (await this.policies.lockSides(tx, this.clock.date())).admin ?? {};
      const after = { ...before, ...parsed.data };
      await this.policies.upsertAdmin(tx, after, this.clock.date());
      await this.audit.write(tx, { actor: input.actor.fqid, action: 'policy.changed', subject: input.actor.tenant.serverName, details: { before, after } });
      return this.policies.effective(tx);
    });
  }
}
