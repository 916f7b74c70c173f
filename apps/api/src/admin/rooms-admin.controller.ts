import { Controller } from '@nestjs/common';
import { InviteForeign, RefreshForeign, SetRoomFederation, type Actor } from '@scaiwave/core';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { presentInvitation } from '../invitations/invitation.presenter.js';
import { presentParticipant } from '../members/participant.presenter.js';
import * as routes from './admin.schema.js';

/** What an admin does to one room's, or one foreign person's, federation. */
@Controller()
export class RoomsAdminController {
  constructor(
    private readonly federation: SetRoomFederation,
    private readonly inviteForeign: InviteForeign,
    private readonly refresh: RefreshForeign,
  ) {}

  @Endpoint(routes.setFederate)
  async setFederate(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.setFederate>) {
    await this.federation.run({ actor, roomId: params.room_id, enabled: body.enabled });
    return { data: { room_id: params.room_id, enabled: body.enabled } };
  }

  @Endpoint(routes.adminInvite)
  async invite(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.adminInvite>) {
    return { data: presentInvitation((await this.inviteForeign.run({ actor, roomId: params.room_id, fqid: body.fqid })).invitation) };
  }

  @Endpoint(routes.adminBackfill)
  async backfill(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.adminBackfill>) {
    await this.federation.wantBackfill({ actor, roomId: params.room_id });
    return { data: { room_id: params.room_id, state: 'wanted' } };
  }

  @Endpoint(routes.refreshForeign)
  async refreshForeign(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.refreshForeign>) {
    return { data: presentParticipant(await this.refresh.run({ actor, participantId: params.participant_id })) };
  }
}
