import { Injectable } from '@nestjs/common';
import type { Db } from '@scaiwave/database';
import { decidePeering, type PeeringRule, type PeeringVerdict, type ServerName } from '@scaiwave/protocol';
import type { TenantContext } from '../tenants/index.js';
import { PolicyStore } from './policy.store.js';

/** `third_party`: a server met in a room that another one hosts; with third_party_servers `any` only blocking counts there. */
export type PeeringPurpose = 'inbound' | 'peer' | 'third_party';

/** Whom we meet nowhere, whoever hosts the room. */
const PARTED: ReadonlySet<PeeringRule> = new Set<PeeringRule>(['blocked_peers', 'peer_blocked', 'peer_removed']);

/** May this tenant and that server federate? Read afresh each time: one short statement, in force at once. */
@Injectable()
export class PeeringRules {
  constructor(private readonly policies: PolicyStore) {}

  async decide(db: Db, tenant: TenantContext, { serverName, purpose }: { serverName: ServerName; purpose: PeeringPurpose }): Promise<PeeringVerdict> {
    if (serverName === tenant.serverName) return { allowed: true };
    const policy = await this.policies.effective(db);
    const verdict = decidePeering(policy, serverName, await this.policies.standingOf(db, serverName));
    if (verdict.allowed || purpose !== 'third_party' || policy.third_party_servers === 'accepted') return verdict;
    return PARTED.has(verdict.rule) ? verdict : { allowed: true };
  }
}
