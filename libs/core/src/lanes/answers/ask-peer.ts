import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { isErrorCode, type EndpointName, type ErrorCode, type ServerName } from '@scaiwave/protocol';
import { PeeringRules } from '../../policy/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { CallPeer } from '../call-peer.js';
import { PeerContacts } from '../peer-contacts.js';
import type { PeerAnswer } from '../read-peer-answer.js';

export interface PeerRead {
  endpoint: EndpointName;
  values?: Record<string, string>;
  query?: Record<string, string | number>;
  maxBytes?: number;
}

/** `by`: `us`, or the server that refused. */
export type ReadAnswer = { ok: true; json: unknown } | { ok: false; code: ErrorCode; by: string; retryAfterMs?: number | null };

/** One signed read from a peer, under our own policy. */
@Injectable()
export class AskPeer {
  constructor(
    private readonly db: Database,
    private readonly rules: PeeringRules,
    private readonly contacts: PeerContacts,
    private readonly call: CallPeer,
  ) {}

  async run(tenant: TenantContext, to: ServerName, read: PeerRead): Promise<ReadAnswer> {
    const verdict = await this.db.readTenant(tenant.id, (db) => this.rules.decide(db, tenant, { serverName: to, purpose: 'peer' }));
    if (!verdict.allowed) return { ok: false, code: verdict.code, by: 'us' };
    const contact = await this.contacts.find(tenant, to);
    if (!contact.ok) return { ok: false, code: contact.code, by: 'us' };
    const answer = await this.call.run({ tenant, to, contact, ...read });
    return answer.kind === 'delivered' ? { ok: true, json: answer.json } : refusalOf(answer, to);
  }
}

/** What is said of it to whoever asked. */
export function refusalOf(answer: Exclude<PeerAnswer, { kind: 'delivered' }>, to: ServerName): Extract<ReadAnswer, { ok: false }> {
  if (answer.kind === 'unreachable') return { ok: false, code: 'SW_FED_PEER_UNREACHABLE', by: 'us' };
  if (answer.kind === 'busy') return { ok: false, code: 'SW_FED_TRY_LATER', by: to, retryAfterMs: answer.retryAfterMs };
  return { ok: false, code: isErrorCode(answer.code) ? answer.code : 'SW_FED_PEER_UNREACHABLE', by: to };
}
