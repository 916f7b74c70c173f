export { EphemeralStore } from './ephemeral.store.js';
export { EphemeralsModule } from './ephemerals.module.js';
export { OwnPresence } from './own-presence.js';
export { OwnTyping } from './own-typing.js';
export { TakeEphemerals } from './take-ephemerals.js';
