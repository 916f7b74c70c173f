import { Injectable } from '@nestjs/common';
import { Clock } from '@scaiwave/telemetry';
import { Keyring, PublishDescriptor } from '../keys/index.js';
import type { TenantContext } from '../tenants/index.js';

/** The sweep publishes again in time; here only the first send of a tenant, and of a new key, has to wait for it. */
const FRESH_MS = 30_000;

/** Makes sure that a tenant's descriptor is published before anything is sent in its name. */
@Injectable()
export class PublishedDescriptors {
  private readonly known = new Map<string, { kid: string; at: number }>();

  constructor(
    private readonly keyring: Keyring,
    private readonly publish: PublishDescriptor,
    private readonly clock: Clock,
  ) {}

  /** Returns false if the tenant has no key. @throws KeyringError */
  async ensure(tenant: TenantContext): Promise<boolean> {
    if (!this.keyring.hasActiveKey(tenant)) return false;
    const { kid } = this.keyring.activeKey(tenant);
    const known = this.known.get(tenant.id);
    if (known?.kid === kid && Math.abs(this.clock.now() - known.at) < FRESH_MS) return true;
    if ((await this.publish.run(tenant)) === 'no_key') return false;
    this.known.set(tenant.id, { kid, at: this.clock.now() });
    return true;
  }
}
