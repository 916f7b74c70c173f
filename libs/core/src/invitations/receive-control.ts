import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { EVENT_TYPES } from '@scaiwave/protocol';
import { ReceiveInviteAnswer } from './receive-invite-answer.js';
import { ReceiveInviteDelivered } from './receive-invite-delivered.js';
import { ReceiveInviteEnd } from './receive-invite-end.js';
import { ReceiveInviteRequest } from './receive-invite-request.js';
import { ReceiveInvite } from './receive-invite.js';
import { rejectedControl, type ReceivedVerdict, type ReceivedControl } from './received-control.js';

/** Every `.invite*` control event, by its type. Runs in the inbox's transaction; a refusal has written nothing. */
@Injectable()
export class ReceiveControl {
  constructor(
    private readonly invite: ReceiveInvite,
    private readonly request: ReceiveInviteRequest,
    private readonly answer: ReceiveInviteAnswer,
    private readonly delivered: ReceiveInviteDelivered,
    private readonly end: ReceiveInviteEnd,
  ) {}

  async run(tx: Tx, received: ReceivedControl): Promise<ReceivedVerdict> {
    switch (received.payload.type) {
      case EVENT_TYPES.invite:
        return this.invite.run(tx, received);
      case EVENT_TYPES.inviteRequest:
        return this.request.run(tx, received);
      case EVENT_TYPES.inviteAccepted:
      case EVENT_TYPES.inviteDeclined:
        return this.answer.run(tx, received);
      case EVENT_TYPES.inviteDelivered:
        return this.delivered.run(tx, received);
      case EVENT_TYPES.inviteRevoked:
      case EVENT_TYPES.inviteExpired:
        return this.end.run(tx, received);
      default:
        return rejectedControl('SW_FED_EVENT_INVALID', `${received.payload.type} is not about an invitation`);
    }
  }
}
