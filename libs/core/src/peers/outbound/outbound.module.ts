import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/index.js';
import { KeysModule } from '../../keys/index.js';
import { TenantsModule } from '../../tenants/index.js';
import { PeersModule } from '../peers.module.js';
import { DescriptorSource } from './descriptor-source.js';
import { FetchDescriptor } from './fetch-descriptor.js';
import { LocalTenants } from './local-tenants.js';
import { PeerClient } from './peer-client.js';
import { TrustChanges } from './trust-changes.js';

/** Connections to other servers: workers only, whose platform provides `DeliveryOptions`. */
@Module({
  imports: [AuditModule, KeysModule, PeersModule, TenantsModule],
  providers: [PeerClient, LocalTenants, DescriptorSource, TrustChanges, FetchDescriptor],
  exports: [PeerClient, LocalTenants, FetchDescriptor, PeersModule, KeysModule],
})
export class OutboundModule {}
