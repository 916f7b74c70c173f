export { PreviewSevering } from './preview-severing.js';
export { SeverPeer, type PeerToSever } from './sever-peer.js';
export type { Severance, SharedRoom } from './severing-row.js';
export { SeveringModule } from './severing.module.js';
