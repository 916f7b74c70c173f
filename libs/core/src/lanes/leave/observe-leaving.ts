import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import type { TenantContext } from '../../tenants/index.js';
import { PolicyStore } from '../../policy/policy.store.js';
import { BacklogStore } from '../backlog.store.js';
import { takesAnything } from './decide-parting.js';
import { LeavingStore } from './leaving.store.js';

/** How far a tenant that is being deleted has come. */
export interface Leaving {
  /** events that wait and can still go out */
  events: number;
  /** for whom they wait, and with whom something is still shared */
  peers: string[];
  /** all have been parted from */
  hasParted: boolean;
}

/** What is left to do before a tenant's rows can be put away. Rows only: neither keys nor egress. */
@Injectable()
export class ObserveLeaving {
  constructor(
    private readonly db: Database,
    private readonly backlogs: BacklogStore,
    private readonly policies: PolicyStore,
    private readonly leaving: LeavingStore,
  ) {}

  async run(tenant: TenantContext): Promise<Leaving> {
    return this.db.readTenant(tenant.id, async (db) => {
      const [policy, facts, unparted, backlog] = [await this.policies.effective(db), await this.leaving.listFacts(db), await this.leaving.listUnparted(db), await this.backlogs.listOfTenant(db)];
      const waiting = [...backlog].filter(([name]) => {
        const peer = facts.get(name);
        return peer !== undefined && takesAnything(peer, policy);
      });
      const peers = new Set([...waiting.map(([name]) => name), ...unparted.map(({ server_name: name }) => name)]);
      return { events: waiting.reduce((sum, [, { events }]) => sum + events, 0), peers: [...peers].toSorted(), hasParted: unparted.length === 0 };
    });
  }
}
