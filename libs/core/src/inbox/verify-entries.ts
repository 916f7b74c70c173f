import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { decideVerifyKey, EVENT_TYPES, serverOf, type ErrorCode, type KeyUse, type MemberContent, type ServerName } from '@scaiwave/protocol';
import { parseDescriptor, verifyJws, type PublishedKey } from '@scaiwave/protocol/node';
import { Clock } from '@scaiwave/telemetry';
import { FindDescriptor } from '../keys/index.js';
import { PeerDirectory } from '../peers/index.js';
import type { TenantContext } from '../tenants/index.js';
import type { JudgedEntry, Verdict } from './batch-outcome.js';
import { LaneFactsStore } from './lane-facts.store.js';
import type { Entry, ReceivedEvent } from './read-entry.js';

export interface EntriesToVerify {
  tenant: TenantContext;
  carrier: ServerName;
  /** the keys under which the request itself was verified */
  keys: readonly PublishedKey[];
  entries: readonly Entry[];
}

type KeysByServer = Map<ServerName, readonly PublishedKey[] | null>;
/** May a key be fetched for an entry? `not_yet`: its origin may have joined in the part of the history that is still on its way. */
type Openness = 'open' | 'not_yet' | 'closed';
interface VerifyingAt {
  entry: Entry;
  keys: KeysByServer;
  mayFetch: (entry: Entry) => Openness;
}

const MISSING_MS = 60_000;
const MOST_MISSING = 10_000;
const ANSWERS: readonly string[] = [EVENT_TYPES.inviteAccepted, EVENT_TYPES.inviteDeclined];
const VERIFIED: Verdict = { kind: 'verified' };

/**
 * Verifies every event under the keys of the server that claims it. Never writes.
 * Keys are fetched only for the carrier, or for servers that have or had somebody in a room that the carrier hosts.
 */
@Injectable()
export class VerifyEntries {
  /** third servers whose keys could not be had: a host's lane waits for each of them once a minute, not once a batch */
  private readonly missing = new Map<string, number>();

  constructor(
    private readonly db: Database,
    private readonly directory: PeerDirectory,
    private readonly facts: LaneFactsStore,
    private readonly descriptors: FindDescriptor,
    private readonly clock: Clock,
  ) {}

  async run(batch: EntriesToVerify): Promise<JudgedEntry[]> {
    const keys: KeysByServer = new Map([[batch.carrier, batch.keys]]);
    const mayFetch = await this.mayFetch(batch);
    const others = new Set(batch.entries.filter((entry) => mayFetch(entry) === 'open' && entry.what.kind === 'event').map((entry) => (entry.what as ReceivedEvent).event.payload.origin));
    await Promise.all([...others].filter((origin) => origin !== batch.carrier).map(async (origin) => keys.set(origin, await this.keysOf(batch.tenant, origin))));
    const judged: JudgedEntry[] = [];
    for (const entry of batch.entries) judged.push({ ...entry, verdict: await this.verify(batch, { entry, keys, mayFetch }) });
    return judged;
  }

  private async verify(batch: EntriesToVerify, at: VerifyingAt): Promise<Verdict> {
    const { entry, keys } = at;
    const { what } = entry;
    if (what.kind === 'own') return VERIFIED;
    if (what.kind === 'refused') return refused(what.code, what.reason);
    const { origin } = what.event.payload;
    const isThird = origin !== batch.carrier;
    const openness = isThird ? at.mayFetch(entry) : 'open';
    if (openness === 'closed') return refused('SW_FED_FORBIDDEN', 'the carrier may not speak for this origin');
    if (openness === 'not_yet') return refused('SW_FED_TRY_LATER', 'the history that says whether its origin is in the room is not here yet');
    const known = keys.get(origin);
    if (!known) return { kind: 'unverified' };
    const use = entry.place || isThird ? 'relayed' : 'event';
    const first = verifyUnder(known, what, use);
    if (first !== 'stale') return first;
    return (await this.verifyRefetched({ tenant: batch.tenant, what, use, keys })) ?? (isThird ? { kind: 'unverified' } : refused('SW_FED_TRY_LATER', `the key ${what.event.kid} cannot be had now`));
  }

  /** The key may be newer than what is cached here; null: it cannot be had now. */
  private async verifyRefetched(at: { tenant: TenantContext; what: ReceivedEvent; use: KeyUse; keys: KeysByServer }): Promise<Verdict | null> {
    const { origin } = at.what.event.payload;
    const answer = await this.directory.refetch(at.tenant, origin, { kid: at.what.event.kid });
    if (answer.state !== 'ready') return null;
    at.keys.set(origin, answer.keys);
    const verdict = verifyUnder(answer.keys, at.what, at.use);
    return verdict === 'stale' ? refused('SW_FED_SIGNATURE_MISMATCH', `the origin does not publish ${at.what.event.kid}`) : verdict;
  }

  /** For which entries a key may be fetched: decided from rows and from joins that the carrier itself says in this batch. */
  private async mayFetch({ tenant, carrier, entries }: EntriesToVerify): Promise<(entry: Entry) => Openness> {
    const foreign = entries.filter(({ what }) => what.kind === 'event' && what.event.payload.origin !== carrier);
    if (foreign.length === 0) return () => 'open';
    const roomIds = [...new Set(entries.flatMap(({ place }) => place?.roomId ?? []))];
    const { hosted, asked } = await this.db.readTenant(tenant.id, async (db) => ({
      hosted: await this.facts.listHosted(db, carrier, roomIds),
      asked: await Promise.all(foreign.map(async (entry) => ((await this.isAnswer(db, carrier, entry)) ? entry : null))),
    }));
    const servers = new Map(hosted.map((room) => [room.id, new Set([...room.servers, ...joinedIn(entries, room.id), tenant.serverName])]));
    const learning = new Set(hosted.filter((room) => !room.has_history).map((room) => room.id));
    return (entry) => {
      if (entry.what.kind !== 'event') return 'closed';
      const { origin, room_id: roomId } = entry.what.event.payload;
      if (origin === carrier || asked.includes(entry)) return 'open';
      if (entry.place === null || roomId === undefined) return 'closed';
      if (servers.get(roomId)?.has(origin)) return 'open';
      return learning.has(roomId) ? 'not_yet' : 'closed';
    };
  }

  /** The answer to an invitation that we asked the carrier for, handed on by it. */
  private async isAnswer(db: Parameters<LaneFactsStore['isAskedFor']>[0], carrier: ServerName, { what }: Entry): Promise<boolean> {
    if (what.kind !== 'event' || !ANSWERS.includes(what.event.payload.type)) return false;
    return this.facts.isAskedFor(db, { id: String(what.content?.invite_id), host: carrier, inviteeServer: what.event.payload.origin });
  }

  private async keysOf(tenant: TenantContext, origin: ServerName): Promise<readonly PublishedKey[] | null> {
    if (origin === tenant.serverName) return this.ownKeys(tenant);
    const key = `${tenant.id} ${origin}`;
    const since = this.missing.get(key);
    if (since !== undefined && Math.abs(this.clock.now() - since) < MISSING_MS) return null;
    const answer = await this.directory.verifyKeys(tenant, origin);
    if (answer.state === 'ready') this.missing.delete(key);
    else this.rememberMissing(key);
    return answer.state === 'ready' ? answer.keys : null;
  }

  private rememberMissing(key: string): void {
    if (this.missing.size >= MOST_MISSING) this.missing.clear();
    this.missing.set(key, this.clock.now());
  }

  /** For our own events that come back with their bytes. */
  private async ownKeys(tenant: TenantContext): Promise<readonly PublishedKey[] | null> {
    const served = await this.descriptors.run(tenant);
    const parsed = served && parseDescriptor(Buffer.from(served.body), { serverName: tenant.serverName, nowMs: this.clock.now() });
    return parsed?.ok ? parsed.keys : null;
  }
}

/** `stale`: the keys at hand do not know the kid, or know it as one that is still to come; a fresh descriptor may. */
function verifyUnder(keys: readonly PublishedKey[], { event }: ReceivedEvent, use: KeyUse): Verdict | 'stale' {
  const decision = decideVerifyKey({ keys, kid: event.kid, use, originTs: event.payload.origin_ts });
  if (!decision.usable) {
    return decision.reason === 'unknown_kid' || decision.reason === 'next' ? 'stale' : refused('SW_FED_SIGNATURE_MISMATCH', `${event.kid} is ${decision.reason}`);
  }
  const { imported } = decision.key as PublishedKey;
  return verifyJws(event, imported.key) ? VERIFIED : refused('SW_FED_SIGNATURE_MISMATCH', `the signature does not hold under ${event.kid}`);
}

function joinedIn(entries: readonly Entry[], roomId: string): ServerName[] {
  return entries.flatMap(({ what, place }) => {
    if (place?.roomId !== roomId || what.kind !== 'event' || what.event.payload.type !== EVENT_TYPES.member || !what.content) return [];
    return [serverOf((what.content as MemberContent).fqid)];
  });
}

function refused(code: ErrorCode, reason: string): Verdict {
  return { kind: 'refused', code, reason };
}
