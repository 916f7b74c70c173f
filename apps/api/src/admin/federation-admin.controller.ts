import { Readable } from 'node:stream';
import { Controller, StreamableFile } from '@nestjs/common';
import { ChangePolicy, DescriptorStore, PolicyStore, type Actor, type PolicySides } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import type { EffectivePolicy, Policy } from '@scaiwave/protocol';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, JSON_LINES, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { AdminLogs } from './admin-logs.js';
import * as routes from './admin.schema.js';
import { presentKey } from './key.presenter.js';

/** Admin → Federation: who we are, what we allow, what we refused. */
@Controller()
export class FederationAdminController {
  constructor(
    private readonly db: Database,
    private readonly keys: DescriptorStore,
    private readonly policies: PolicyStore,
    private readonly change: ChangePolicy,
    private readonly logs: AdminLogs,
  ) {}

  @Endpoint(routes.getIdentity)
  async getIdentity(@CurrentActor() actor: Actor) {
    const rows = await this.db.readTenant(actor.tenant.id, (db) => this.keys.listSigningKeys(db));
    const active = rows.find((row) => row.state === 'active');
    const key = active ? presentKey(active) : { public_key: null, kid: null, fingerprint: null };
    return { data: { server_name: actor.tenant.serverName, public_key: key.public_key, kid: key.kid, fingerprint: key.fingerprint, protocol_versions: ['v1'] } };
  }

  @Endpoint(routes.getPolicy)
  async getPolicy(@CurrentActor() actor: Actor) {
    return this.db.readTenant(actor.tenant.id, async (db) => presentPolicy(await this.policies.sides(db), await this.policies.effective(db)));
  }

  @Endpoint(routes.setPolicy)
  async setPolicy(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.setPolicy>) {
    await this.change.run({ actor, change: body });
    return this.getPolicy(actor);
  }

  @Endpoint(routes.listRejected)
  listRejected(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listRejected>) {
    return this.logs.rejected(actor, query);
  }

  @Endpoint(routes.listAudit)
  listAudit(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listAudit>) {
    return this.logs.audit(actor, query);
  }

  @Endpoint(routes.exportAudit)
  exportAudit(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.exportAudit>) {
    return new StreamableFile(Readable.from(this.logs.auditLines(actor, query)), { type: JSON_LINES, disposition: 'attachment; filename="audit.jsonl"' });
  }
}

function presentPolicy(sides: PolicySides, inForce: EffectivePolicy) {
  const { lists: _, decidedBy, ...effective } = inForce;
  return { data: { admin: sides.admin ?? {}, provider: sides.provider, effective: effective satisfies Policy, decided_by: decidedBy, provider_resource: sides.resource } };
}
