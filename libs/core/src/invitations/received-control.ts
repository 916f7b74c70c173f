import type { ErrorCode, EventPayload, ServerName } from '@scaiwave/protocol';
import type { TenantContext } from '../tenants/index.js';

/** A control event whose signature and authority the inbox has verified, with its content parsed by its type's schema. */
export interface ReceivedControl {
  tenant: TenantContext;
  /** the server that made the request */
  carrier: ServerName;
  payload: EventPayload;
  content: Record<string, unknown>;
  /** exactly the bytes that were signed, to be handed on */
  contentText: string;
  jws: string;
}

export type ReceivedVerdict =
  | { status: 'stored' }
  /** `keepsChanges`: what was written on the way to the refusal is part of it; else nothing of it stays */
  | { status: 'rejected'; code: ErrorCode; reason: string; keepsChanges?: boolean };

export const STORED: ReceivedVerdict = { status: 'stored' };

export function rejectedControl(code: ErrorCode, reason: string): Extract<ReceivedVerdict, { status: 'rejected' }> {
  return { status: 'rejected', code, reason };
}
