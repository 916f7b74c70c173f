import type { ServerName, TenantId } from '@scaiwave/protocol';

/** The tenant on whose behalf a use case runs. */
export interface TenantContext {
  id: TenantId;
  serverName: ServerName;
}
