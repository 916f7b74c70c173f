import { describeSeveringBetweenServers } from './severing-between-servers.js';

describeSeveringBetweenServers('separate installations');
