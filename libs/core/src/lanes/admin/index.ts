export { AddPeer } from './add-peer.js';
export { AskTheirView, type TheirView } from './ask-their-view.js';
export { ChangePeer, PEER_ACTIONS, type PeerAction } from './change-peer.js';
export { DeliveryLedgerStore, type DeliveryState, type EventDelivery, type EventTrouble, type LedgerFilter, type OpenDelivery, type RoomDelivery } from './delivery-ledger.store.js';
export { ListDeliveries } from './list-deliveries.js';
export { ListPeers, type PeerOverview } from './list-peers.js';
export { PeerAdminModule } from './peer-admin.module.js';
export { Redeliver } from './redeliver.js';
