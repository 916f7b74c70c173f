import { Controller, Req } from '@nestjs/common';
import { EphemeralStore, OwnPresence, OwnTyping, ParticipantStore, preferencesOf, type Actor, type TenantRow } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import { DomainError, type RoomId } from '@scaiwave/protocol';
import { CurrentActor, CurrentTenant, type AuthedRequest } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import * as routes from './me.schema.js';

@Controller()
export class MeController {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
    private readonly presence: OwnPresence,
    private readonly typing: OwnTyping,
    private readonly abroad: EphemeralStore,
  ) {}

  @Endpoint(routes.getMe)
  async getMe(@CurrentActor() actor: Actor, @CurrentTenant() tenant: TenantRow, @Req() request: AuthedRequest) {
    const row = await this.#row(actor);
    return {
      data: {
        participant_id: row.id, local_id: row.local_id, fqid: row.fqid, display_name: row.display_name, email: row.email, avatar_url: row.avatar_url, bio: row.bio,
        personal_workspace_id: null, role: row.role, roles: row.role === 'admin' ? ['admin'] : [], groups: [], presence: row.presence ?? 'online',
        tenant: { id: tenant.id, slug: tenant.server_name, name: tenant.display_name, features: { federation: true } }, csrf_token: request.csrfToken ?? null,
      },
    };
  }

  @Endpoint(routes.getPreferences)
  async getPreferences(@CurrentActor() actor: Actor) {
    return { data: preferencesOf(await this.#row(actor)) };
  }

  @Endpoint(routes.setPreferences)
  async setPreferences(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.setPreferences>) {
    await this.db.forTenant(actor.tenant.id, (tx) => this.participants.markPreferences(tx, actor.participantId, body));
    return this.getPreferences(actor);
  }

  @Endpoint(routes.setPresence)
  async setPresence(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.setPresence>) {
    await this.presence.state(actor, body.status);
  }

  @Endpoint(routes.getPresence)
  async getPresence(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.getPresence>) {
    const { rows, away } = await this.db.readTenant(actor.tenant.id, async (db) => {
      const [found, outOfReach] = await Promise.all([this.participants.listByIds(db, query.ids), this.abroad.listOutOfReach(db, query.ids)]);
      return { rows: found, away: outOfReach };
    });
    const visible = await this.presence.of(actor.tenant.id, rows);
    return { data: Object.fromEntries(rows.map(({ id }) => [id, away.has(id) ? 'offline' : (visible.get(id) ?? 'offline')])) };
  }

  @Endpoint(routes.setTyping)
  async setTyping(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.setTyping>) {
    await this.typing.run(actor, { roomId: body.room_id as RoomId, typing: body.typing });
  }

  async #row(actor: Actor) {
    const row = await this.db.readTenant(actor.tenant.id, (db) => this.participants.findById(db, actor.participantId));
    if (!row) throw new DomainError('SW_AUTH_INVALID_TOKEN');
    return row;
  }
}
