import { Controller, Res } from '@nestjs/common';
import { AddLocalMember, ChangeMembership, SetOwnSettings, SetPower, type Actor, type MembershipAct } from '@scaiwave/core';
import type { RoomId } from '@scaiwave/protocol';
import type { FastifyReply } from 'fastify';
import { CurrentActor } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { presentInvitation } from '../invitations/invitation.presenter.js';
import * as routes from './member.schema.js';
import { ReadMembers } from './read-members.js';

@Controller()
export class MembersController {
  constructor(
    private readonly read: ReadMembers,
    private readonly add: AddLocalMember,
    private readonly change: ChangeMembership,
    private readonly power: SetPower,
    private readonly settings: SetOwnSettings,
  ) {}

  @Endpoint(routes.listMembers)
  listMembers(@CurrentActor() actor: Actor, @Input() { params, query }: InputOf<typeof routes.listMembers>) {
    return this.read.list(actor, params.room_id, query);
  }

  @Endpoint(routes.addMember)
  async addMember(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.addMember>, @Res({ passthrough: true }) reply: FastifyReply) {
    const invitation = await this.add.run({ actor, roomId: params.room_id, participantId: body.participant_id });
    const members = await this.read.list(actor, params.room_id);
    if (invitation === null) return members;
    reply.status(202);
    return { ...members, meta: { ...members.meta, invitation: presentInvitation(invitation) } };
  }

  @Endpoint(routes.leaveRoom)
  async leaveRoom(@CurrentActor() actor: Actor, @Input() { params }: InputOf<typeof routes.leaveRoom>) {
    await this.change.run({ actor, roomId: params.room_id, change: { act: 'leave' } });
  }

  @Endpoint(routes.kickMember)
  kickMember(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.kickMember>) {
    return this.#act(actor, params.room_id, { act: 'kick', ...body });
  }

  @Endpoint(routes.banMember)
  banMember(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.banMember>) {
    return this.#act(actor, params.room_id, { act: 'ban', ...body });
  }

  @Endpoint(routes.unbanMember)
  unbanMember(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.unbanMember>) {
    return this.#act(actor, params.room_id, { act: 'unban', ...body });
  }

  @Endpoint(routes.setPower)
  async setPower(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.setPower>) {
    const target = await this.read.fqidOf(actor, params.participant_id);
    await this.power.run({ actor, roomId: params.room_id, target, powerLevel: body.power_level });
    return this.read.list(actor, params.room_id);
  }

  @Endpoint(routes.setNotificationMode)
  setNotificationMode(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.setNotificationMode>) {
    return this.settings.run({ actor, roomId: params.room_id, setting: { mode: body.mode } });
  }

  @Endpoint(routes.muteRoom)
  muteRoom(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.muteRoom>) {
    return this.settings.run({ actor, roomId: params.room_id, setting: { mutedUntil: body.until === null ? null : new Date(body.until) } });
  }

  @Endpoint(routes.readRoom)
  readRoom(@CurrentActor() actor: Actor, @Input() { params, body }: InputOf<typeof routes.readRoom>) {
    return this.settings.run({ actor, roomId: params.room_id, setting: { readEventId: body.event_id } });
  }

  async #act(actor: Actor, roomId: RoomId, act: { act: 'kick' | 'ban' | 'unban'; participant_id: string; reason?: string | undefined }) {
    const target = await this.read.fqidOf(actor, act.participant_id);
    const change: MembershipAct = { act: act.act, target, ...(act.reason === undefined ? {} : { reason: act.reason }) };
    await this.change.run({ actor, roomId, change });
    return this.read.list(actor, roomId);
  }
}
