import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { decideVerifyKey, decodeJws, EVENT_TYPES, matchesServerPattern, type RoomId, type ServerName } from '@scaiwave/protocol';
import { verifyJws, type PublishedKey } from '@scaiwave/protocol/node';
import { PlaceStore, RoomEffects, RoomLog, type EventRow } from '../events/index.js';
import { PeerDirectory } from '../peers/index.js';
import { PolicyStore } from '../policy/index.js';
import type { LockedRoom } from '../rooms/index.js';
import type { TenantContext } from '../tenants/index.js';
import { HeldEventsStore } from './held-events.store.js';

/** Changes of which only the last one counts. */
const LAST_COUNTS: readonly string[] = [EVENT_TYPES.member, EVENT_TYPES.name, EVENT_TYPES.topic];

@Injectable()
export class HeldEventStores {
  constructor(
    readonly held: HeldEventsStore,
    readonly places: PlaceStore,
    readonly policies: PolicyStore,
  ) {}
}

/** Looks again at events that came while their origin's key could not be had: shown and in effect at their place, or refused. */
@Injectable()
export class VerifyHeldEvents {
  constructor(
    private readonly db: Database,
    private readonly stores: HeldEventStores,
    private readonly directory: PeerDirectory,
    private readonly log: RoomLog,
    private readonly effects: RoomEffects,
  ) {}

  /** Does nothing for origins whose keys still cannot be had. */
  async run({ tenant, origins }: { tenant: TenantContext; origins: readonly ServerName[] }): Promise<void> {
    const rooms = await this.db.readTenant(tenant.id, (db) => this.stores.held.listRooms(db, origins));
    if (rooms.length === 0) return;
    const keys = new Map<ServerName, readonly PublishedKey[]>();
    for (const origin of origins) {
      const answer = await this.directory.verifyKeys(tenant, origin);
      if (answer.state === 'ready') keys.set(origin, answer.keys);
    }
    if (keys.size === 0) return;
    for (const roomId of rooms) await this.db.forTenant(tenant.id, (tx) => this.verifyRoom(tx, { tenant, roomId, keys }));
  }

  private async verifyRoom(tx: Tx, at: { tenant: TenantContext; roomId: RoomId; keys: ReadonlyMap<ServerName, readonly PublishedKey[]> }): Promise<void> {
    const room = await this.log.lockRoom(tx, at.tenant, at.roomId);
    if (!room) return;
    const held = await this.stores.held.listHeld(tx, at.roomId, [...at.keys.keys()]);
    const judged = held.map((event) => ({ event, verdict: verifyUnder(at.keys.get(event.origin) ?? [], event) }));
    await this.refuse(tx, room, judged.filter(({ verdict }) => verdict === 'wrong').map(({ event }) => event));
    await this.show(tx, room, judged.filter(({ verdict }) => verdict === 'good').map(({ event }) => event));
  }

  /** As if it had been refused when it came: its place stays, the event goes. */
  private async refuse(tx: Tx, room: LockedRoom, events: readonly EventRow[]): Promise<void> {
    if (events.length === 0) return;
    const places = events.flatMap(({ id, room_seq: roomSeq, chain, payload_sha256: payloadSha256 }) =>
      roomSeq === null || chain === null ? [] : [{ roomSeq, chain, payloadSha256, eventId: id, code: 'SW_FED_SIGNATURE_MISMATCH' }],
    );
    await this.stores.held.deleteHeld(tx, room.row.id, events.map((event) => event.id));
    await this.stores.places.insertRefused(tx, room.row.id, places);
  }

  private async show(tx: Tx, room: LockedRoom, events: readonly EventRow[]): Promise<void> {
    if (events.length === 0) return;
    const { blocked_peers: blocked } = await this.stores.policies.effective(tx);
    const isBlocked = ({ origin }: EventRow) => blocked.some((pattern) => matchesServerPattern(pattern, origin));
    const idsOf = (list: readonly EventRow[]) => list.map((event) => event.id);
    const shown = await this.stores.held.markShown(tx, room.row.id, { ids: idsOf(events.filter((event) => !isBlocked(event))), hidden: null });
    const hidden = await this.stores.held.markShown(tx, room.row.id, { ids: idsOf(events.filter(isBlocked)), hidden: 'blocked_origin' });
    const inOrder = [...shown, ...hidden].sort((a, b) => (a.room_seq ?? 0) - (b.room_seq ?? 0));
    const effective: EventRow[] = [];
    for (const event of inOrder) {
      if (!LAST_COUNTS.includes(event.type) || !(await this.stores.held.isOvertaken(tx, event))) effective.push(event);
    }
    await this.effects.applyAll(tx, room, effective);
  }
}

/** `later`: the keys at hand do not know it; a newer descriptor may. */
function verifyUnder(keys: readonly PublishedKey[], event: EventRow): 'good' | 'wrong' | 'later' {
  const decoded = decodeJws(event.jws);
  if (!decoded.ok) return 'wrong';
  const decision = decideVerifyKey({ keys, kid: decoded.kid, use: 'relayed', originTs: event.origin_ts });
  if (!decision.usable) return decision.reason === 'unknown_kid' || decision.reason === 'next' ? 'later' : 'wrong';
  const { imported } = decision.key as PublishedKey;
  return verifyJws(decoded, imported.key) ? 'good' : 'wrong';
}
