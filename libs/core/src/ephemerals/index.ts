export { EphemeralStore } from './ephemeral.store.js';
export { EphemeralsModule } from './ephemerals.module.js';
export { OwnSigns, visiblePresence } from './own-signs.js';
export { TakeEphemerals } from './take-ephemerals.js';
