import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decideAuthority, EVENT_TYPES, matchesServerPattern, type MemberContent, type ServerName } from '@scaiwave/protocol';
import type { PublishedKey } from '@scaiwave/protocol/node';
import { PolicyStore } from '../../policy/index.js';
import type { TenantContext } from '../../tenants/index.js';
import { HistoryKeys } from './history-keys.js';
import type { HistoryEntry } from './read-history-page.js';
import { verifyRelayed, type RelayedVerdict } from './verify-relayed.js';

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

  private async judge({ tenant, host }: HistoryToVerify, entry: HistoryEntry, facts: Facts): Promise<Judgement> {
    if (!entry.read.ok) return { kind: 'refused', code: entry.read.code };
    const { read } = entry;
    const authority = authorityOf(read, host);
    if (!authority.allowed) return { kind: 'refused', code: authority.code };
    if (read.content === null && !REDACTABLE.has(read.event.payload.type)) return { kind: 'refused', code: 'SW_FED_EVENT_INVALID' };
    const verdict = await this.verify(tenant, read.event, facts);
    if (verdict === 'no_keys') return { kind: 'hidden', why: 'unverified' };
    if (verdict !== 'holds') return { kind: 'refused', code: 'SW_FED_SIGNATURE_MISMATCH' };
    const isBlocked = facts.blocked.some((pattern) => matchesServerPattern(pattern, read.event.payload.origin));
    return isBlocked ? { kind: 'hidden', why: 'blocked_origin' } : { kind: 'shown' };
  }

  /** Under the keys at hand; where they do not know the kid, once more under what the origin publishes now. */
  private async verify(tenant: TenantContext, event: Read['event'], { origins }: Facts): Promise<RelayedVerdict> {
    const { origin } = event.payload;
    if (!origins.has(origin)) origins.set(origin, await this.keys.of(tenant, origin));
    const first = verifyRelayed(event, origins.get(origin) ?? null);
    if (first !== 'unknown_kid') return first;
    origins.set(origin, await this.keys.refetched(tenant, origin, event.kid));
    return verifyRelayed(event, origins.get(origin) ?? null);
  }
}

interface Facts {
  origins: Map<ServerName, readonly PublishedKey[] | null>;
  blocked: readonly string[];
}
const REDACTABLE: ReadonlySet<string> = new Set([EVENT_TYPES.message, EVENT_TYPES.messageEdit]);

type Read = Extract<HistoryEntry['read'], { ok: true }>;

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
