import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/index.js';
import { EventsModule } from '../../events/index.js';
import { InvitationsModule } from '../../invitations/index.js';
import { PeersModule } from '../../peers/index.js';
import { PolicyModule } from '../../policy/index.js';
import { TenantsModule } from '../../tenants/index.js';
import { BacklogStore } from '../backlog.store.js';
import { SeveringModule } from '../sever/severing.module.js';
import { LaneStore } from '../lane.store.js';
import { AddPeer } from './add-peer.js';
import { AskTheirView } from './ask-their-view.js';
import { ChangePeer, PeerBooks } from './change-peer.js';
import { DeliveryLedgerStore } from './delivery-ledger.store.js';
import { ListDeliveries } from './list-deliveries.js';
import { ListPeers } from './list-peers.js';
import { PeerOverviewStore } from './peer-overview.store.js';
import { Explain, ExplainFacts } from '../explain/explain.js';
import { ExplainStore } from '../explain/explain.store.js';
import { RedeliveryStore } from '../redelivery.store.js';
import { TrafficStore } from '../traffic/traffic.store.js';
import { Redeliver, RedeliverWakes } from './redeliver.js';

/** What people and admins see and decide of deliveries and peers: rows only, no keys and no egress. */
@Module({
  imports: [AuditModule, EventsModule, InvitationsModule, PeersModule, PolicyModule, SeveringModule, TenantsModule],
  providers: [BacklogStore, LaneStore, PeerOverviewStore, DeliveryLedgerStore, PeerBooks, ListPeers, AskTheirView, ChangePeer, AddPeer, ListDeliveries, RedeliveryStore, Redeliver, RedeliverWakes, Explain, ExplainFacts, ExplainStore, TrafficStore],
  exports: [SeveringModule, ListPeers, AskTheirView, ChangePeer, AddPeer, ListDeliveries, Redeliver, Explain, TrafficStore],
})
export class PeerAdminModule {}
