import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { matchesServerPattern } from '@scaiwave/protocol';
import { DirectoryStore } from '../directory.store.js';
import type { InboundRequest } from '../inbound-request.js';
import { LaneFactsStore } from '../lane-facts.store.js';
import { buildAnswer, buildRefusal, type RawResponse } from '../raw-request.js';
import { presentProfile } from './present-profile.js';

const MOST = 50;

/** `GET directory`: this server's own people by name, if its policy lets the asking server look. */
@Injectable()
export class ServeDirectory {
  constructor(
    private readonly db: Database,
    private readonly people: DirectoryStore,
    private readonly facts: LaneFactsStore,
  ) {}

  async run(inbound: InboundRequest): Promise<RawResponse> {
    const { tenant, endpoint } = inbound;
    return this.db.readTenant(tenant.id, async (db) => {
      if (!(await this.mayLook(db, inbound))) return buildRefusal({ code: 'SW_FED_FORBIDDEN', reason: 'directory' });
      const limit = Math.min(MOST, Number(/^[0-9]{1,4}$/.exec(endpoint.query.get('limit') ?? '')?.[0] ?? 20));
      const found = await this.people.listOwn(db, { server: tenant.serverName, q: (endpoint.query.get('q') ?? '').slice(0, 200), limit });
      return buildAnswer(found.map(presentProfile));
    });
  }

  /** `peers`: servers that a list names, or that share a room; `open`: whoever the policy lets in. */
  private async mayLook(db: Db, { tenant, origin, policy }: InboundRequest): Promise<boolean> {
    if (policy.directory !== 'peers') return policy.directory === 'open';
    const named = [...(policy.lists.provider ?? []), ...policy.lists.declared, ...(policy.lists.admin ?? [])];
    return named.some((pattern) => matchesServerPattern(pattern, origin)) || this.facts.sharesRoom(db, origin, tenant.serverName);
  }
}
