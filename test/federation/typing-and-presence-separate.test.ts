import { describeTypingAndPresence } from './typing-and-presence.js';

describeTypingAndPresence('separate installations');
