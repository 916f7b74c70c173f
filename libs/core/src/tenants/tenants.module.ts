import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ApplyPeers } from './apply-peers.js';
import { ApplyTenant } from './apply-tenant.js';
import { DeclarationStore } from './declaration.store.js';
import { FindTenantByHost } from './find-tenant-by-host.js';
import { SuspendUndeclaredTenants } from './suspend-undeclared-tenants.js';
import { TenantStore } from './tenant.store.js';

/** Who the tenants are: found by Host, declared by resources. */
@Module({
  imports: [AuditModule],
  providers: [TenantStore, DeclarationStore, FindTenantByHost, ApplyTenant, ApplyPeers, SuspendUndeclaredTenants],
  exports: [TenantStore, DeclarationStore, FindTenantByHost, ApplyTenant, ApplyPeers, SuspendUndeclaredTenants],
})
export class TenantsModule {}
