import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { EphemeralsModule } from '../ephemerals/index.js';
import { EventsModule } from '../events/index.js';
import { InvitationsModule } from '../invitations/index.js';
import { SeveringModule } from '../lanes/sever/severing.module.js';
import { KeysModule } from '../keys/index.js';
import { MediaModule } from '../media/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { PeersModule } from '../peers/index.js';
import { PolicyModule } from '../policy/index.js';
import { TenantsModule } from '../tenants/index.js';
import { Admission } from './admission.js';
import { ControlInboxStore } from './control-inbox.store.js';
import { DirectoryStore } from './directory.store.js';
import { Endpoints, Reads } from './endpoints.js';
import { ReceiveSend, SendBooks } from './endpoints/receive-send.js';
import { BackfillStores, ServeBackfill } from './endpoints/serve-backfill.js';
import { ServeDirectory } from './endpoints/serve-directory.js';
import { ServeMedia } from './endpoints/serve-media.js';
import { ServeMembers } from './endpoints/serve-members.js';
import { ServeProfile } from './endpoints/serve-profile.js';
import { ServeStatus } from './endpoints/serve-status.js';
import { GatherLaneFacts } from './gather-lane-facts.js';
import { LaneFactsStore } from './lane-facts.store.js';
import { RateLimits } from './rate-limits.js';
import { NoteSender } from './note-sender.js';
import { ReceiveBatch, Takers } from './receive-batch.js';
import { ReceiveRequest } from './receive-request.js';
import { RecordRejections } from './record-rejections.js';
import { RejectedInboundStore } from './rejected-inbound.store.js';
import { RequestChecks } from './request.checks.js';
import { SortIntoRuns } from './sort-into-runs.js';
import { StatusStore } from './status.store.js';
import { StopLane } from './stop-lane.js';
import { ControlReaders, TakeControl } from './take-control.js';
import { TakeFromHost } from './take-from-host.js';
import { TakeFromMember } from './take-from-member.js';
import { TakeHandedOn } from './take-handed-on.js';
import { VerifyEntries } from './verify-entries.js';
import { VerifyRequest } from './verify-request.js';

const STORES = [ControlInboxStore, DirectoryStore, LaneFactsStore, RejectedInboundStore, StatusStore, BackfillStores, GatherLaneFacts];
const CHECKS = [RequestChecks, NoteSender, Admission, VerifyRequest, RateLimits, RecordRejections];
const BATCH = [ReceiveBatch, Takers, VerifyEntries, TakeControl, ControlReaders, TakeHandedOn, SortIntoRuns, StopLane, TakeFromHost, TakeFromMember];
const ENDPOINTS = [Endpoints, Reads, ReceiveSend, SendBooks, ServeProfile, ServeMembers, ServeBackfill, ServeDirectory, ServeMedia, ServeStatus];

/** Everything that comes in from other servers. */
@Module({
  imports: [AuditModule, EphemeralsModule, EventsModule, InvitationsModule, KeysModule, MediaModule, ParticipantsModule, PeersModule, PolicyModule, SeveringModule, TenantsModule],
  providers: [...STORES, ...CHECKS, ...BATCH, ...ENDPOINTS, ReceiveRequest],
  exports: [ControlInboxStore, ReceiveRequest, RejectedInboundStore, StopLane, TakeHandedOn],
})
export class InboxModule {}
