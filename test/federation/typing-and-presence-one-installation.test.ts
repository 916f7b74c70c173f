import { describeTypingAndPresence } from './typing-and-presence.js';

describeTypingAndPresence('one installation');
