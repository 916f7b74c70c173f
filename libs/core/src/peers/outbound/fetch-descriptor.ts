import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import { parseDescriptor, type ParsedDescriptor } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import type { TenantContext } from '../../tenants/index.js';
import { keysIn, type DescriptorOutcome, type PeerKeys } from '../peer-directory.js';
import { settingsOf, type PeerRow, type PeerSettings } from '../peer-row.js';
import { PeerStore } from '../peer.store.js';
import { RefetchLimit } from '../refetch-limit.js';
import { activeFingerprint, decideDescriptor } from './decide-descriptor.js';
import { DescriptorSource } from './descriptor-source.js';
import { TrustChanges } from './trust-changes.js';

export interface DescriptorWanted {
  tenant: TenantContext;
  serverName: ServerName;
  /** look even if what is stored is still good */
  refetch?: boolean;
  /** the keyid that was not known */
  kid?: string | null;
  /** the fingerprint that an admin has confirmed */
  accept?: string | null;
}

type Usable = Extract<ParsedDescriptor, { ok: true }>;

/** Fetches a server's descriptor and decides whether its keys are trusted. Workers only. */
@Injectable()
export class FetchDescriptor {
  private readonly limit = new RefetchLimit();
  private readonly underWay = new Map<string, Promise<DescriptorOutcome>>();

  constructor(
    private readonly db: Database,
    private readonly store: PeerStore,
    private readonly source: DescriptorSource,
    private readonly changes: TrustChanges,
    private readonly clock: Clock,
  ) {}

  /** Who asks the same while it is being fetched gets that answer; who asks afterwards finds what was stored. */
  run(wanted: DescriptorWanted): Promise<DescriptorOutcome> {
    const { tenant, serverName, refetch = false, kid = null, accept = null } = wanted;
    const question = JSON.stringify([tenant.id, serverName, refetch, kid, accept]);
    const joined = this.underWay.get(question);
    if (joined) return joined;
    const begun = this.find(wanted).finally(() => this.underWay.delete(question));
    this.underWay.set(question, begun);
    return begun;
  }

  private async find(wanted: DescriptorWanted): Promise<DescriptorOutcome> {
    const { tenant, serverName } = wanted;
    const row = await this.db.readTenant(tenant.id, (db) => this.store.findPeer(db, serverName));
    const stored = keysIn(row, this.clock.now());
    if (stored?.state === 'ready' && wanted.refetch !== true) return { state: 'ready' };
    const limited = this.decideLimit(wanted, stored);
    if (limited) return limited;
    const found = await this.source.get(serverName, settingsOf(row));
    if (found.state !== 'found') return this.remember(wanted, row, { state: found.state, reason: found.reason });
    const parsed = parseDescriptor(found.bytes, { serverName, nowMs: this.clock.now() });
    if (!parsed.ok) {
      const state = parsed.reason === 'expired' ? 'cannot_be_had_now' : 'unusable';
      return this.remember(wanted, row, { state, reason: `descriptor: ${parsed.reason}, ${parsed.detail}` });
    }
    return this.db.forTenant(tenant.id, (tx) => this.judge(tx, wanted, parsed));
  }

  private decideLimit({ tenant, serverName, kid, accept }: DescriptorWanted, stored: PeerKeys | null): DescriptorOutcome | null {
    if (accept) return null; // an admin asked, by hand
    const allowed = this.limit.take(`${tenant.id} ${serverName}`, kid ?? null, this.clock.now());
    if (allowed === 'kid_known') return { state: stored?.state ?? 'cannot_be_had_now', reason: 'this keyid was looked for a moment ago' };
    return allowed === 'too_often' ? { state: 'cannot_be_had_now', reason: 'fetched three times in 10 seconds' } : null;
  }

  private async judge(tx: Tx, wanted: DescriptorWanted, parsed: Usable): Promise<DescriptorOutcome> {
    const { serverName } = wanted;
    await this.store.ensurePeer(tx, serverName, this.clock.date());
    // Two first contacts at once must not both be the first.
    const row = await this.store.lockPeer(tx, serverName);
    const known = await this.store.listKeys(tx, serverName);
    const fingerprint = activeFingerprint(parsed);
    const settings = settingsOf(row);
    const decision = decideDescriptor({ parsed, settings, known, now: this.clock.now(), accepted: wanted.accept ?? null });
    if (decision.trusted) await this.changes.trusted(tx, { serverName, parsed, fingerprint, believedUntil: believedUntil(parsed, settings, this.clock.now()), ...decision });
    else await this.changes.changed(tx, { serverName, fingerprint });
    return { state: decision.trusted ? 'ready' : 'key_changed', fingerprint };
  }

  /** Only what is wrong with a server that we know is written down: anybody can claim to be any server. */
  private async remember({ tenant, serverName }: DescriptorWanted, row: PeerRow | null, outcome: DescriptorOutcome): Promise<DescriptorOutcome> {
    if (row) {
      const code = outcome.state === 'unusable' ? 'SW_FED_SIGNATURE_MISMATCH' : 'SW_FED_PEER_UNREACHABLE';
      await this.db.forTenant(tenant.id, (tx) => this.store.markError(tx, { serverName, code, message: outcome.reason ?? '', at: this.clock.date() }));
    }
    return outcome;
  }
}

/** A pin that ends is looked at again when it does: what was believed because of it may be believed no longer. */
function believedUntil({ cacheUntil }: Usable, { trustMode, pins }: PeerSettings, now: number): Date {
  const ends = trustMode === 'Pinned' ? pins.flatMap(({ not_after: end }) => (end === null || Date.parse(end) <= now ? [] : [Date.parse(end)])) : [];
  return new Date(Math.min(cacheUntil, ...ends));
}
