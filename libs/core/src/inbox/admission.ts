import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decidePeering } from '@scaiwave/protocol';
import { PolicyStore } from '../policy/index.js';
import type { InboundRequest } from './inbound-request.js';
import { LaneFactsStore } from './lane-facts.store.js';
import type { Refusal } from './raw-request.js';
import { isFarewell } from './unpack-body.js';

/** Peering policy, as it bears on the server that makes the request: read once, asked twice. */
@Injectable()
export class Admission {
  constructor(
    private readonly db: Database,
    private readonly policies: PolicyStore,
    private readonly facts: LaneFactsStore,
  ) {}

  /** Closed, blocked or removed: before anything is fetched or verified. A removed peer may still say that it has removed us. */
  async decideEarly(inbound: InboundRequest): Promise<Refusal | null> {
    const { claimedOrigin, raw, endpoint } = inbound;
    await this.db.readTenant(inbound.tenant.id, async (db) => {
      [inbound.policy, inbound.standing] = await Promise.all([this.policies.effective(db), claimedOrigin === null ? 'unknown' : this.policies.standingOf(db, claimedOrigin)]);
    });
    if (claimedOrigin === null) return inbound.policy.default_mode === 'closed' ? refuse('mode_closed') : null;
    const verdict = decidePeering(inbound.policy, claimedOrigin, inbound.standing);
    if (verdict.allowed) return null;
    if (verdict.rule !== 'peer_removed') return verdict.early ? refuse(verdict.rule) : null;
    inbound.isFarewell = endpoint.name === 'send' && isFarewell(raw.body, inbound.header('content-encoding'));
    return inbound.isFarewell ? null : refuse(verdict.rule);
  }

  /** The whole policy, for the origin that has now proved its name. Profiles and files are given to whoever shares a room, too. */
  async decide(inbound: InboundRequest): Promise<Refusal | null> {
    const { tenant, origin, endpoint, policy, standing } = inbound;
    const verdict = decidePeering(policy, origin, standing);
    if (verdict.allowed || inbound.isFarewell) return null;
    const mayLook = (endpoint.name === 'profile' || endpoint.name === 'media') && (await this.db.readTenant(tenant.id, (db) => this.facts.sharesRoom(db, origin, tenant.serverName)));
    return mayLook ? null : refuse(verdict.rule);
  }
}

function refuse(rule: string): Refusal {
  return { code: 'SW_FED_PEER_UNKNOWN', reason: rule };
}
