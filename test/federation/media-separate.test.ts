import { describeMediaBetweenServers } from './media-between-servers.js';

describeMediaBetweenServers('separate installations');
