import { describeMediaBetweenServers } from './media-between-servers.js';

describeMediaBetweenServers('one installation');
