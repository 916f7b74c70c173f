import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { EventsModule } from '../events/index.js';
import { InboxModule } from '../inbox/index.js';
import { InvitationsModule } from '../invitations/index.js';
import { SigningModule } from '../keys/index.js';
import { MediaModule } from '../media/index.js';
import { ParticipantsModule } from '../participants/index.js';
import { OutboundModule } from '../peers/outbound/outbound.module.js';
import { PolicyModule } from '../policy/index.js';
import { SearchModule, SearchSweep } from '../search/index.js';
import { SnoozesModule } from '../snoozes/index.js';
import { TenantsModule } from '../tenants/index.js';
import { AnswerDescriptor } from './answers/answer-descriptor.js';
import { AnswerMedia, FetchMedia } from './answers/answer-media.js';
import { AnswerReads } from './answers/answer-reads.js';
import { AnswerRequest, Answers, AnswerSettings } from './answers/answer-request.js';
import { AnswerRoom } from './answers/answer-room.js';
import { AskPeer } from './answers/ask-peer.js';
import { Backfill, BackfillSteps } from './backfill/backfill.js';
import { FillRun, FillRunStores } from './backfill/fill-run.js';
import { HistoryKeys } from './backfill/history-keys.js';
import { HistoryStore } from './backfill/history.store.js';
import { PullMembers, PullMembersPeople } from './backfill/pull-members.js';
import { ReplayRoom } from './backfill/replay-room.js';
import { StoreHistory } from './backfill/store-history.js';
import { VerifyHistory } from './backfill/verify-history.js';
import { BackgroundTasks } from './background-tasks.js';
import { BacklogStore } from './backlog.store.js';
import { CallPeer, CallSettings } from './call-peer.js';
import { CheckpointStore } from './checkpoint.store.js';
import { CollectBatch, CollectStores } from './collect-batch.js';
import { CollectRequested } from './collect-requested.js';
import { CompareBooks, CompareRoom, CompareStores } from './compare-room.js';
import { ControlLaneModule } from './control-lane.module.js';
import { DrainGate } from './drain-gate.js';
import { DrainLease, LeaseSettings } from './drain-lease.js';
import { DrainLoop } from './drain-loop.js';
import { DrainParts, DrainPeer, DrainTalk } from './drain-peer.js';
import { GiveUp, GiveUpBooks, GiveUpOutcome } from './give-up.js';
import { HiddenEventStore } from './hidden-event.store.js';
import { LaneStore } from './lane.store.js';
import { LeavePeersSweep, LeavingBooks } from './leave/leave-peers.sweep.js';
import { LeavingStore } from './leave/leaving.store.js';
import { LeaseStore } from './lease.store.js';
import { OutgoingStore } from './outgoing.store.js';
import { PeerContacts } from './peer-contacts.js';
import { PublishedDescriptors } from './published-descriptors.js';
import { RecordFailure } from './record-failure.js';
import { PeerPace } from './peer-pace.js';
import { RedeliverRequested } from './redeliver-requested.js';
import { RedeliveryStore } from './redelivery.store.js';
import { SendBatch } from './send-batch.js';
import { EphemeralGate, EphemeralWakes, SendEphemerals } from './send-ephemerals.js';
import { SeveringModule } from './sever/severing.module.js';
import { SeveringSweep } from './sever/severing.sweep.js';
import { SettleBatch, SettleBooks } from './settle-batch.js';
import { SettleControl } from './settle-control.js';
import { SettleLanes } from './settle-lanes.js';
import { SettleOwnEvents } from './settle-own-events.js';
import { RedeliveryBooks, SettleRequested } from './settle-requested.js';
import { SignEvents } from './sign-events.js';
import { SignHistory } from './sign-history.js';
import { StopOutboundLane } from './stop-outbound-lane.js';
import { DeliverySweep, DeliverySweepSettings, DeliverySweepStores } from './sweeps/delivery.sweep.js';
import { HistoryJobs, HistoryStores, HistorySweep } from './sweeps/history.sweep.js';
import { HousekeepingBooks, HousekeepingJobs, HousekeepingStores, HousekeepingSweep, PeopleJobs } from './sweeps/housekeeping.sweep.js';
import { KeySweep, KeySweepSettings } from './sweeps/key.sweep.js';
import { MediaSweep } from './sweeps/media.sweep.js';
import { ProofParts, ProofSweep } from './sweeps/proof.sweep.js';
import { RoomSweeps, Sweep, SweepSettings } from './sweeps/sweep.js';
import { PeerTraffic } from './traffic/peer-traffic.js';
import { TrafficStore } from './traffic/traffic.store.js';
import { TrafficSweep } from './traffic/traffic.sweep.js';
import { VerifyHandedOn } from './verify-handed-on.js';
import { VerifyHidden, VerifyHiddenRooms } from './verify-hidden.js';
import { WakeRoom, WakeRoomJobs } from './wake-room.js';

const STORES = [CheckpointStore, RedeliveryStore, LaneStore, LeaseStore, OutgoingStore, BacklogStore, HistoryStore, HiddenEventStore, CollectStores, FillRunStores];
const CALLS = [PeerContacts, CallPeer, CallSettings, SendBatch, RecordFailure, AskPeer];
const DRAIN = [CollectRequested, RedeliverRequested, SettleRequested, RedeliveryBooks, PeerPace, DrainPeer, DrainParts, DrainTalk, DrainGate, DrainLease, LeaseSettings, DrainLoop, PublishedDescriptors, CollectBatch, SignEvents, GiveUp, GiveUpBooks, GiveUpOutcome];
const SETTLE = [StopOutboundLane, SettleBatch, SettleBooks, SettleControl, SettleLanes, SettleOwnEvents];
const BACKFILL = [Backfill, BackfillSteps, FillRun, HistoryKeys, PullMembers, PullMembersPeople, ReplayRoom, StoreHistory, VerifyHistory, VerifyHandedOn, VerifyHidden, VerifyHiddenRooms, SignHistory];
const ANSWERS = [AnswerRequest, Answers, AnswerSettings, AnswerDescriptor, AnswerReads, AnswerRoom, AnswerMedia, FetchMedia];
const SWEEPS = [
  Sweep, SweepSettings, RoomSweeps, ProofSweep, ProofParts, CompareRoom, CompareStores, CompareBooks, DeliverySweep, DeliverySweepSettings, DeliverySweepStores, HistorySweep, HistoryJobs, HistoryStores, HousekeepingSweep,
  SeveringSweep, LeavePeersSweep, LeavingBooks, LeavingStore, HousekeepingJobs, PeopleJobs, HousekeepingStores, HousekeepingBooks, MediaSweep, KeySweep, KeySweepSettings, SearchSweep,
  PeerTraffic, TrafficStore, TrafficSweep,
];

/** Everything that goes out to other servers. Workers only, whose platform provides a `Keyring` and `DeliveryOptions`. */
@Module({
  imports: [
    AuditModule, ControlLaneModule, EventsModule, InboxModule, InvitationsModule, MediaModule, OutboundModule, ParticipantsModule, PolicyModule, SearchModule, SeveringModule, SigningModule, SnoozesModule, TenantsModule,
  ],
  providers: [...STORES, ...CALLS, ...DRAIN, ...SETTLE, ...BACKFILL, ...ANSWERS, ...SWEEPS, BackgroundTasks, WakeRoom, WakeRoomJobs, SendEphemerals, EphemeralGate, EphemeralWakes],
  exports: [DrainPeer, WakeRoom, SendEphemerals, AnswerRequest, Sweep, TrafficSweep, BackgroundTasks, OutboundModule, Backfill, SigningModule],
})
export class DeliveryModule {}
