import { applyChild } from '../apply-child.js';
import type { Finding } from '../kube/conditions.js';
import { keyOf } from '../kube/kube-object.js';
import { INGRESS, type Tenant } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { buildIngress, exposureOf } from './build-ingress.js';
import { bad, ok } from './tenant.checks.js';

/** Makes the way in that a tenant asks for, and takes away what it no longer does. */
export class ExposeTenant {
  constructor(private readonly context: OperatorContext) {}

  async run(tenant: Tenant): Promise<Finding> {
    const { type = 'Ingress' } = exposureOf(tenant);
    if (type === 'HTTPRoute') return bad('Exposed', 'NotSupported', 'spec.exposure.type HTTPRoute is not made by this operator yet; make the route yourself and set None, or use Ingress.');
    if (type === 'None') {
      await this.remove(keyOf(tenant));
      return ok('Exposed', 'NotRequested');
    }
    const { world, config } = this.context;
    const wanted = buildIngress(tenant, config);
    const present = world.ingresses.find(keyOf(wanted));
    await applyChild(this.context, { kind: INGRESS, wanted, present }, tenant);
    return ok('Exposed', 'Exposed');
  }

  async remove(tenantKey: string): Promise<void> {
    const { world, client } = this.context;
    for (const ingress of world.ingresses.listBy('tenant', tenantKey)) await client.remove(INGRESS, keyOf(ingress));
  }
}
