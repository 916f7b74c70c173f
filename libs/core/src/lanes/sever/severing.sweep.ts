import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { Logger } from '@scaiwave/telemetry';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';
import { FinishSevering } from './finish-severing.js';
import { SeveringStore } from './severing.store.js';

const MOST_AT_ONCE = 20;

/** Severings that a crash has left unfinished, and those that peers have told of. */
@Injectable()
export class SeveringSweep {
  constructor(
    private readonly db: Database,
    private readonly severings: SeveringStore,
    private readonly finish: FinishSevering,
    private readonly options: DeliveryOptions,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<void> {
    const due = { pool: this.options.pool, limit: MOST_AT_ONCE };
    for (const { tenant_id: id, tenant_name: serverName, ...severing } of await this.db.acrossTenants('severings to be finished', (fleet) => this.severings.listUnfinished(fleet, due))) {
      try {
        await this.finish.run({ id, serverName }, severing);
      } catch (err) {
        this.logger.error({ err, tenantId: id, peerId: severing.server_name }, 'A severing could not be finished; the next pass goes on with it.');
      }
    }
  }
}
