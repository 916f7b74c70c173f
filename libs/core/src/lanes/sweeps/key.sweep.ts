import { Injectable } from '@nestjs/common';
import { Database, type FleetTx } from '@scaiwave/database';
import type { ServerName, TenantId } from '@scaiwave/protocol';
import { Clock, Logger } from '@scaiwave/telemetry';
import { AcknowledgeKeys, Keyring, PublishDescriptor } from '../../keys/index.js';
import { DeliveryOptions } from '../../peers/outbound/delivery-options.js';

interface DueTenant {
  id: TenantId;
  server_name: ServerName;
  [column: string]: unknown;
}

@Injectable()
export class KeySweepSettings {
  constructor(
    readonly clock: Clock,
    readonly logger: Logger,
    readonly acknowledge: AcknowledgeKeys,
  ) {}
}

/** Keys that changed on disk, and descriptors that want to be signed again. Suspended tenants go on being published. */
@Injectable()
export class KeySweep {
  private readonly changed = new Set<ServerName>();

  constructor(
    private readonly db: Database,
    private readonly keyring: Keyring,
    private readonly publish: PublishDescriptor,
    private readonly options: DeliveryOptions,
    private readonly settings: KeySweepSettings,
  ) {}

  /** The folder is read again, and whoever promotes keys is told; first of all, so that what follows signs with what is there now. */
  async loaded(): Promise<void> {
    const { changed, problems } = await this.keyring.refresh();
    for (const problem of problems) this.settings.logger.error({ problem }, 'A key file cannot be used; the keys that were read before stay in force.');
    for (const serverName of changed) this.changed.add(serverName);
    await this.settings.acknowledge.run();
  }

  async descriptors(): Promise<void> {
    const due = await this.db.acrossTenants('descriptors that want to be signed again', (fleet) => this.listDue(fleet));
    for (const tenant of due) {
      if ((await this.publish.run({ id: tenant.id, serverName: tenant.server_name })) !== 'no_key') this.changed.delete(tenant.server_name);
    }
  }

  private listDue(fleet: FleetTx): Promise<DueTenant[]> {
    return fleet.query<DueTenant>(
      `SELECT t.id, t.server_name FROM tenants t LEFT JOIN descriptors d ON d.tenant_id = t.id
       WHERE t.pool = $1 AND t.state <> 'deleted'
         AND (d.built_at IS NULL OR d.built_at > $2 OR d.built_at + (d.valid_until - d.built_at) / 2 <= $2 OR t.server_name = ANY($3)) LIMIT 500`,
      [this.options.pool, this.settings.clock.date(), [...this.changed]],
    );
  }
}
