import { Controller } from '@nestjs/common';
import { DescriptorStore, KeyRotationStore, RequestRotation, type Actor } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint } from '../http/endpoint.js';
import { presentKey, presentRotation } from './key.presenter.js';
import * as routes from './keys-admin.schema.js';

/** Admin → Federation → Keys. Public parts only; this process has no others. */
@Controller()
export class KeysAdminController {
  constructor(
    private readonly db: Database,
    private readonly keys: DescriptorStore,
    private readonly rotations: KeyRotationStore,
    private readonly request: RequestRotation,
  ) {}

  @Endpoint(routes.listKeys)
  async listKeys(@CurrentActor() actor: Actor) {
    const [rows, rotation] = await this.db.readTenant(actor.tenant.id, (db) => Promise.all([this.keys.listSigningKeys(db), this.rotations.findRotation(db)]));
    return { data: { keys: rows.map(presentKey), ...presentRotation(rotation) } };
  }

  @Endpoint(routes.rotateKeys)
  async rotateKeys(@CurrentActor() actor: Actor) {
    await this.request.run(actor);
    return this.listKeys(actor);
  }
}
