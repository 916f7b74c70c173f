import { Module } from '@nestjs/common';
import { GreetPeers } from './greet-peers.js';
import { PeerRequestStore } from './peer-request.store.js';
import { PeerRequests } from './peer-requests.js';

/** Asking a worker for what only it may fetch: rows and wake-ups, no egress. */
@Module({ providers: [PeerRequestStore, PeerRequests, GreetPeers], exports: [PeerRequestStore, PeerRequests, GreetPeers] })
export class RequestsModule {}
