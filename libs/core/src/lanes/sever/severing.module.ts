import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/index.js';
import { EventsModule } from '../../events/index.js';
import { InvitationsModule } from '../../invitations/index.js';
import { NotificationsModule } from '../../notifications/index.js';
import { ParticipantsModule } from '../../participants/index.js';
import { PeersModule } from '../../peers/index.js';
import { ControlLaneModule } from '../control-lane.module.js';
import { BeginSevering } from './begin-severing.js';
import { CutRoom } from './cut-room.js';
import { FinishSevering, SeveringBooks, SeveringCuts, SeveringNews } from './finish-severing.js';
import { NoteReturn } from './note-return.js';
import { PreviewSevering } from './preview-severing.js';
import { ReceiveSevered } from './receive-severed.js';
import { RequestSevering, SeveringRequestBooks } from './request-severing.js';
import { SeverPeer, SeveringSteps } from './sever-peer.js';
import { SeveringStore } from './severing.store.js';
import { SharedRoomStore } from './shared-room.store.js';

/** The end of federation with a peer, by either side. Rows only: neither keys nor egress. */
@Module({
  imports: [AuditModule, ControlLaneModule, EventsModule, InvitationsModule, NotificationsModule, ParticipantsModule, PeersModule],
  providers: [SeveringStore, SharedRoomStore, BeginSevering, CutRoom, FinishSevering, SeveringBooks, SeveringCuts, SeveringNews, SeveringSteps, SeverPeer, PreviewSevering, ReceiveSevered, NoteReturn, RequestSevering, SeveringRequestBooks],
  exports: [SeveringStore, SharedRoomStore, FinishSevering, SeverPeer, PreviewSevering, ReceiveSevered, NoteReturn, RequestSevering],
})
export class SeveringModule {}
