import { Controller, Res } from '@nestjs/common';
import { AcceptInvitation, DeclineInvitation, InviteForeign, ListInvitations, RevokeInvitation, type Actor } from '@scaiwave/core';
import type { FastifyReply } from 'fastify';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { presentInvitation } from './invitation.presenter.js';
import * as routes from './invitation.schema.js';

@Controller()
export class InvitationsController {
  constructor(
    private readonly inviteForeign: InviteForeign,
    private readonly list: ListInvitations,
    private readonly acceptance: AcceptInvitation,
    private readonly refusal: DeclineInvitation,
    private readonly revocation: RevokeInvitation,
  ) {}

  @Endpoint(routes.invite)
  async invite(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.invite>, @Res({ passthrough: true }) reply: FastifyReply) {
    const { outcome, invitation } = await this.inviteForeign.run({ actor, roomId: params.room_id, fqid: body.fqid });
    if (outcome === 'sending') reply.status(202);
    return { data: presentInvitation(invitation) };
  }

  @Endpoint(routes.listRoomInvitations)
  async listRoomInvitations(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.listRoomInvitations>) {
    return { data: (await this.list.ofRoom({ actor, roomId: params.room_id, page: query })).map(presentInvitation) };
  }

  @Endpoint(routes.revokeInvitation)
  async revoke(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.revokeInvitation>) {
    return { data: presentInvitation(await this.revocation.run({ actor, roomId: params.room_id, invitationId: params.invite_id })) };
  }

  @Endpoint(routes.listMyInvitations)
  async listMine(@CurrentActor() actor: Actor, @Input() { query }: InputOf<typeof routes.listMyInvitations>) {
    return { data: (await this.list.mine({ actor, page: query })).map(presentInvitation) };
  }

  @Endpoint(routes.acceptInvitation)
  async accept(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.acceptInvitation>) {
    return { data: presentInvitation(await this.acceptance.run({ actor, invitationId: params.invite_id })) };
  }

  @Endpoint(routes.declineInvitation)
  async decline(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.declineInvitation>) {
    return { data: presentInvitation(await this.refusal.run({ actor, invitationId: params.invite_id })) };
  }
}
