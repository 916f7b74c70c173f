import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { DeliveryOptions } from '../peers/outbound/delivery-options.js';
import { IndexMessages } from './index-messages.js';
import { MessageTextStore } from './message-text.store.js';

const TENANTS_AT_ONCE = 50;
/** Steps of the sweep take turns: what is left is taken by the next pass. */
const BUDGET_MS = 200;

/** Keeps the search texts of a pool's tenants close behind their streams, so that a search finds little left to do. */
@Injectable()
export class SearchSweep {
  constructor(
    private readonly db: Database,
    private readonly store: MessageTextStore,
    private readonly index: IndexMessages,
    private readonly options: DeliveryOptions,
  ) {}

  async run(): Promise<void> {
    const end = performance.now() + BUDGET_MS;
    const behind = await this.db.acrossTenants('whose messages are not searchable yet', (fleet) => this.store.listBehind(fleet, this.options.pool, TENANTS_AT_ONCE));
    for (const tenantId of behind) {
      for (let hasMore = true; hasMore && performance.now() < end; ) hasMore = await this.index.run(tenantId, { wait: false });
    }
  }
}
