export { PreviewSevering } from './preview-severing.js';
export { SeverPeer, type PeerToSever } from './sever-peer.js';
export type { Severance, SharedRoom } from './severing-row.js';
export { SeveringModule } from './severing.module.js';
export { SharedRoomStore } from './shared-room.store.js';
export { RequestSevering, SeveringRequestBooks, type SeveringRequested } from './request-severing.js';
export { BeginSevering } from './begin-severing.js';
export { SeveringStore } from './severing.store.js';
