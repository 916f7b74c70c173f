import { Controller, Module } from '@nestjs/common';
import { BacklogStore } from '@scaiwave/core';
import { AuthModule } from '../auth/auth.module.js';
import { CurrentProviderPerson } from '../auth/request-context.js';
import { Endpoint, type InputOf } from '../http/endpoint.js';
import { Input } from '../http/input.js';
import { ProviderAuthController } from './provider-auth.controller.js';
import type { ProviderPerson } from './provider-person.js';
import { ProviderTenantsStore } from './provider-tenants.store.js';
import { getProviderTenant, listProviderTenants, providerMe } from './provider.schema.js';
import { ReadProviderTenants } from './read-provider-tenants.js';

@Controller()
export class ProviderTenantsController {
  constructor(private readonly tenants: ReadProviderTenants) {}

  @Endpoint(providerMe)
  me(@CurrentProviderPerson() { subject, name }: ProviderPerson) {
    return { data: { subject, name } };
  }

  @Endpoint(listProviderTenants)
  list(@Input() { query }: InputOf<typeof listProviderTenants>) {
    return this.tenants.list(query);
  }

  @Endpoint(getProviderTenant)
  get(@Input() { params }: InputOf<typeof getProviderTenant>) {
    return this.tenants.find(`${params.namespace}/${params.name}`);
  }
}

@Module({ imports: [AuthModule], controllers: [ProviderAuthController, ProviderTenantsController], providers: [BacklogStore, ProviderTenantsStore, ReadProviderTenants] })
export class ProviderHttpModule {}
