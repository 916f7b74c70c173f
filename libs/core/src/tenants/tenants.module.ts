import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ApplyPeers } from './apply-peers.js';
import { ApplyTenant } from './apply-tenant.js';
import { DeclarationStore } from './declaration.store.js';
import { DeleteTenant } from './delete-tenant.js';
import { FindTenantByHost } from './find-tenant-by-host.js';
import { PurgeTenants } from './purge-tenants.js';
import { SuspendUndeclaredTenants } from './suspend-undeclared-tenants.js';
import { TenantRowsStore } from './tenant-rows.store.js';
import { TenantStore } from './tenant.store.js';

/** Who the tenants are: found by Host, declared by resources. */
@Module({
  imports: [AuditModule],
  providers: [TenantStore, DeclarationStore, FindTenantByHost, ApplyTenant, ApplyPeers, SuspendUndeclaredTenants, DeleteTenant, PurgeTenants, TenantRowsStore],
  exports: [TenantStore, DeclarationStore, FindTenantByHost, ApplyTenant, ApplyPeers, SuspendUndeclaredTenants, DeleteTenant, PurgeTenants],
})
export class TenantsModule {}
