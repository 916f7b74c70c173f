import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { RequestsModule } from '../requests/index.js';
import { PeerDirectory } from './peer-directory.js';
import { PeerHealth } from './peer-health.js';
import { PeerStore } from './peer.store.js';

/** Other servers as a tenant knows them: keys, health, what its admin decided. No egress. */
@Module({
  imports: [AuditModule, RequestsModule],
  providers: [PeerStore, PeerDirectory, PeerHealth],
  exports: [RequestsModule, PeerStore, PeerDirectory, PeerHealth],
})
export class PeersModule {}
