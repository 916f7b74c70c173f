import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { PeeringRules, PolicyStore } from '../policy/index.js';
import type { InboundRequest } from './inbound-request.js';
import { LaneFactsStore } from './lane-facts.store.js';
import type { Refusal } from './raw-request.js';
import { isFarewell } from './unpack-body.js';

/** Peering policy, as it bears on the server that makes the request. */
@Injectable()
export class Admission {
  constructor(
    private readonly db: Database,
    private readonly rules: PeeringRules,
    private readonly policies: PolicyStore,
    private readonly facts: LaneFactsStore,
  ) {}

  /** Closed, blocked or removed: before anything is fetched or verified. A removed peer may still say that it has removed us. */
  async decideEarly(inbound: InboundRequest): Promise<Refusal | null> {
    const { tenant, claimedOrigin, raw, endpoint } = inbound;
    return this.db.readTenant(tenant.id, async (db) => {
      if (claimedOrigin === null) {
        const { default_mode: mode } = await this.policies.effective(db, tenant.id);
        return mode === 'closed' ? refuse('mode_closed') : null;
      }
      const verdict = await this.rules.decide(db, tenant, claimedOrigin, 'inbound');
      if (verdict.allowed) return null;
      if (verdict.rule !== 'peer_removed') return verdict.early ? refuse(verdict.rule) : null;
      inbound.isFarewell = endpoint.name === 'send' && isFarewell(raw.body, inbound.header('content-encoding'));
      return inbound.isFarewell ? null : refuse(verdict.rule);
    });
  }

  /** The whole policy. A profile is given to whoever shares a room, too. */
  async decide(inbound: InboundRequest): Promise<Refusal | null> {
    const { tenant, origin, endpoint } = inbound;
    if (inbound.isFarewell) return null;
    return this.db.readTenant(tenant.id, async (db) => {
      const verdict = await this.rules.decide(db, tenant, origin, 'inbound');
      if (verdict.allowed) return null;
      const mayLook = endpoint.name === 'profile' && (await this.facts.sharesRoom(db, origin, tenant.serverName));
      return mayLook ? null : refuse(verdict.rule);
    });
  }
}

function refuse(rule: string): Refusal {
  return { code: 'SW_FED_PEER_UNKNOWN', reason: rule };
}
