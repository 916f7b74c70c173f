import { describeRoomsBetweenServers } from './rooms-between-servers.js';

describeRoomsBetweenServers('separate installations');
