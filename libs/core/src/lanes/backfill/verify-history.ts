import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decideAuthority, decideVerifyKey, EVENT_TYPES, matchesServerPattern, type MemberContent, type ServerName } from '@scaiwave/protocol';
import { verifyJws, type PublishedKey } from '@scaiwave/protocol/node';
import { PolicyStore } from '../../policy/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { HistoryKeys } from './history-keys.js';
import type { HistoryEntry } from './read-history-page.js';

export type Judgement = { kind: 'shown' } | { kind: 'hidden'; why: 'unverified' | 'blocked_origin' } | { kind: 'refused'; code: string };
export interface JudgedHistory {
  entry: HistoryEntry;
  judgement: Judgement;
}

export interface HistoryToVerify {
  tenant: TenantContext;
  host: ServerName;
  entries: readonly HistoryEntry[];
}

/** Verifies every event of a page under the keys of the server that claims it, and whether that server may say it. Never writes. */
@Injectable()
export class VerifyHistory {
  constructor(
    private readonly db: Database,
    private readonly keys: HistoryKeys,
    private readonly policies: PolicyStore,
  ) {}

  async run(history: HistoryToVerify): Promise<JudgedHistory[]> {
    const { blocked_peers: blocked } = await this.db.readTenant(history.tenant.id, (db) => this.policies.effective(db));
    const origins = new Map<ServerName, readonly PublishedKey[] | null>();
    const judged: JudgedHistory[] = [];
    for (const entry of history.entries) judged.push({ entry, judgement: await this.judge(history, entry, { origins, blocked }) });
    return judged;
  }

  private async judge(
    { tenant, host }: HistoryToVerify,
    entry: HistoryEntry,
    facts: { origins: Map<ServerName, readonly PublishedKey[] | null>; blocked: readonly string[] },
  ): Promise<Judgement> {
    if (!entry.read.ok) return { kind: 'refused', code: entry.read.code };
    const { event, content } = entry.read;
    const { origin } = event.payload;
    const authority = authorityOf(entry.read, host);
    if (!authority.allowed) return { kind: 'refused', code: authority.code };
    if (!facts.origins.has(origin)) facts.origins.set(origin, await this.keys.of(tenant, origin));
    const verdict = verifyUnder(facts.origins.get(origin) ?? null, entry.read.event);
    if (verdict === 'unknown_kid') {
      facts.origins.set(origin, await this.keys.refetched(tenant, origin, event.kid));
      const again = verifyUnder(facts.origins.get(origin) ?? null, event);
      if (again !== 'holds') return again === 'no_keys' ? { kind: 'hidden', why: 'unverified' } : { kind: 'refused', code: 'SW_FED_SIGNATURE_MISMATCH' };
    } else if (verdict === 'no_keys') return { kind: 'hidden', why: 'unverified' };
    else if (verdict !== 'holds') return { kind: 'refused', code: 'SW_FED_SIGNATURE_MISMATCH' };
    if (content === null && event.payload.type !== EVENT_TYPES.message && event.payload.type !== EVENT_TYPES.messageEdit) return { kind: 'refused', code: 'SW_FED_EVENT_INVALID' };
    return facts.blocked.some((pattern) => matchesServerPattern(pattern, origin)) ? { kind: 'hidden', why: 'blocked_origin' } : { kind: 'shown' };
  }
}

type Read = Extract<HistoryEntry['read'], { ok: true }>;

function verifyUnder(keys: readonly PublishedKey[] | null, event: Read['event']): 'holds' | 'no_keys' | 'unknown_kid' | 'wrong' {
  if (!keys) return 'no_keys';
  const decision = decideVerifyKey({ keys, kid: event.kid, use: 'relayed', originTs: event.payload.origin_ts });
  if (!decision.usable) return decision.reason === 'unknown_kid' || decision.reason === 'next' ? 'unknown_kid' : 'wrong';
  return verifyJws(event, (decision.key as PublishedKey).imported.key) ? 'holds' : 'wrong';
}

function authorityOf({ event, content }: Read, host: ServerName) {
  const { payload } = event;
  const member = payload.type === EVENT_TYPES.member && content ? (content as MemberContent) : undefined;
  return decideAuthority({
    type: payload.type, form: 'sequenced', origin: payload.origin, carrier: host, sender: payload.sender, role: 'member', roomHost: host,
    // Who was in the room back then is what the page itself tells; power and references are the host's.
    originPresence: 'left',
    member: member && { fqid: member.fqid, membership: member.membership, hasPowerLevel: member.power_level !== undefined },
    target: null,
  });
}
