import { describeRoomsBetweenServers } from './rooms-between-servers.js';

describeRoomsBetweenServers('one installation');
