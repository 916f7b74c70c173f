import { Controller, Res } from '@nestjs/common';
import { OpenFederatedDm, type Actor } from '@scaiwave/core';
import type { FastifyReply } from 'fastify';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { RateLimit } from '../http/rate-limit.js';
import { ReadRoom } from '../rooms/read-room.js';
import { CheckServer } from './check-server.js';
import { presentInvitation } from './invitation.presenter.js';
import * as routes from './invitation.schema.js';

const STATUS = { pending: 201, sending: 202, existing: 200, joining: 202 } as const;
const PRE_CHECKS_PER_MINUTE = 30;

@Controller()
export class FederatedDmsController {
  constructor(
    private readonly open: OpenFederatedDm,
    private readonly rooms: ReadRoom,
    private readonly servers: CheckServer,
    private readonly limits: RateLimit,
  ) {}

  @Endpoint(routes.openFederatedDm)
  async openDm(@CurrentActor() actor: Actor, @Input() { body }: InputOf<typeof routes.openFederatedDm>, @Res({ passthrough: true }) reply: FastifyReply) {
    const { outcome, room, invitation } = await this.open.run({ actor, fqid: body.fqid });
    reply.status(STATUS[outcome]);
    return { data: { room: (await this.rooms.one(actor, room.id)).data, invitation: invitation && presentInvitation(invitation) } };
  }

  @Endpoint(routes.checkServer)
  async checkServer(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.checkServer>) {
    this.limits.takeRare(`pre-check/${actor.participantId}`, PRE_CHECKS_PER_MINUTE);
    return { data: await this.servers.run({ tenant: actor.tenant, serverName: params.server_name }) };
  }
}
