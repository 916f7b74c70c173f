import type { TenantReport } from '@scaiwave/core';
import type { TenantResource } from '../resources/check-documents.js';

/** What the provider's view is told of a tenant of one machine: there is nobody who looks after it as an operator does, so that ready means that it is in force. */
export function buildTenantReport({ key, spec }: TenantResource, { refusal }: { refusal: string | null }): TenantReport {
  const stand = standingOf(spec, refusal);
  return { resource: key, serverName: spec.serverName, ...stand, status: {}, spec };
}

function standingOf({ suspend }: TenantResource['spec'], refusal: string | null): Pick<TenantReport, 'ready' | 'reason' | 'message'> {
  if (refusal !== null) return { ready: 'False', reason: 'Refused', message: refusal };
  if (suspend === true) return { ready: 'False', reason: 'Suspended', message: 'spec.suspend is true: nothing is taken in or sent; what waits is kept.' };
  return { ready: 'True', reason: 'Programmed', message: '' };
}
