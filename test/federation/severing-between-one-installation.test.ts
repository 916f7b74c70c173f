import { describeSeveringBetweenServers } from './severing-between-servers.js';

describeSeveringBetweenServers('one installation');
