export { ObserveLeaving, type Leaving } from './observe-leaving.js';
export { LeavingStore } from './leaving.store.js';
