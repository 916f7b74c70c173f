import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ControlLaneModule } from '../lanes/control-lane.module.js';
import { NotificationsModule } from '../notifications/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { PeersModule } from '../peers/index.js';
import { PolicyModule } from '../policy/index.js';
import { RoomsModule } from '../rooms/rooms.module.js';
import { AcceptInvitation } from './accept-invitation.js';
import { AwaitMembership } from './await-membership.js';
import { BeforeInvite } from './before-invite.js';
import { CheckInviteRequest } from './check-invite-request.js';
import { DeclineInvitation } from './decline-invitation.js';
import { DmOutcome } from './dm-outcome.js';
import { DropUnansweredDm } from './drop-unanswered-dm.js';
import { EndAcceptances } from './end-acceptances.js';
import { EndInvitation } from './end-invitation.js';
import { EndPeerInvitations } from './end-peer-invitations.js';
import { EndRefusedInvitations } from './end-refused-invitations.js';
import { ExpireInvitations } from './expire-invitations.js';
import { FederatedDms } from './federated-dms.js';
import { ForeignCapacity } from './foreign-capacity.js';
import { ForgetUnjoinedRoom } from './forget-unjoined-room.js';
import { FreezeRoom } from './freeze-room.js';
import { InvitationNews } from './invitation-news.js';
import { InvitationOutcome } from './invitation-outcome.js';
import { InvitationStore } from './invitation.store.js';
import { InviteCheck } from './invite-check.js';
import { InviteForeign } from './invite-foreign.js';
import { InviteMessages } from './invite-messages.js';
import { InviteTimings } from './invite-timings.js';
import { InviteVerdict } from './invite-verdict.js';
import { InvitingRules } from './inviting-rules.js';
import { JoinAbroad } from './join-abroad.js';
import { JoinInvitee } from './join-invitee.js';
import { ListInvitations } from './list-invitations.js';
import { MakeInvitation } from './make-invitation.js';
import { OpenFederatedDm } from './open-federated-dm.js';
import { OwnInvitations } from './own-invitations.js';
import { ReachPeer } from './reach-peer.js';
import { ReadInviteFacts } from './read-invite-facts.js';
import { ReceiveControl } from './receive-control.js';
import { ReceiveInviteAnswer } from './receive-invite-answer.js';
import { ReceiveInviteDelivered } from './receive-invite-delivered.js';
import { ReceiveInviteEnd } from './receive-invite-end.js';
import { ReceiveInviteRequest } from './receive-invite-request.js';
import { ReceiveInvite } from './receive-invite.js';
import { RevokeInvitation } from './revoke-invitation.js';
import { StartInvitation } from './start-invitation.js';
import { TakeInvite } from './take-invite.js';

const USE_CASES = [
  InviteForeign, OpenFederatedDm, AcceptInvitation, DeclineInvitation, RevokeInvitation, ExpireInvitations, EndAcceptances, EndPeerInvitations, EndRefusedInvitations, FreezeRoom,
  ListInvitations, ReceiveControl, InvitationOutcome,
];

/** Invitations between servers, from the call to the membership or to their end. */
@Module({
  imports: [AuditModule, ControlLaneModule, NotificationsModule, ParticipantsModule, PeersModule, PolicyModule, RoomsModule],
  providers: [
    ...USE_CASES,
    InvitationStore, InvitationNews, InviteMessages, EndInvitation, MakeInvitation, StartInvitation, DropUnansweredDm, ForgetUnjoinedRoom,
    ForeignCapacity, InvitingRules, InviteCheck, BeforeInvite, ReachPeer, InviteTimings, InviteVerdict, FederatedDms, DmOutcome, AwaitMembership, OwnInvitations, JoinInvitee, JoinAbroad,
    ReadInviteFacts, ReceiveInvite, TakeInvite, CheckInviteRequest, ReceiveInviteRequest, ReceiveInviteAnswer, ReceiveInviteDelivered, ReceiveInviteEnd,
  ],
  exports: [...USE_CASES, InvitationStore, EndInvitation],
})
export class InvitationsModule {}
