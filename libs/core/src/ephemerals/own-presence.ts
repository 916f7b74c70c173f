import { Injectable } from '@nestjs/common';
import { Database } from '@scaiwave/database';
import { serverOf, type TenantId } from '@scaiwave/protocol';
import { AwakePeople, RoomChannel, type Settled } from '@scaiwave/redis';
import { ParticipantStore, type Actor, type ParticipantRow } from '../participants/index.js';
import { TellPeers, type PresenceStatus } from './tell-peers.js';

/** Null: as their devices say. */
export type StatedPresence = 'online' | 'idle' | 'busy' | 'appear_offline' | null;

/** A device says every 30 s that it is there; two that are missed are no end yet. */
const HEARD_FOR_MS = 120_000;
/** Who loads the page again was not away. */
const GRACE_MS = 10_000;

/** What others see: what somebody states, else what their devices say. `appear_offline` looks like `offline` in every way. */
function visibleOf(stated: string | null, byDevices: PresenceStatus = 'offline'): PresenceStatus {
  if (stated === null) return byDevices;
  return stated === 'appear_offline' ? 'offline' : (stated as PresenceStatus);
}

/** How our own people are, for others here and on other servers. Nobody is told what does not change for them. */
@Injectable()
export class OwnPresence {
  constructor(
    private readonly db: Database,
    private readonly participants: ParticipantStore,
    private readonly awake: AwakePeople,
    private readonly channel: RoomChannel,
    private readonly tell: TellPeers,
  ) {}

  /** What others see of each of these people. */
  async of(tenantId: TenantId, people: readonly ParticipantRow[]): Promise<Map<string, PresenceStatus>> {
    const byDevices = await this.awake.of(tenantId, people.flatMap(({ id, presence }) => (presence === null ? [id] : [])));
    return new Map(people.map(({ id, presence }) => [id, visibleOf(presence, byDevices.get(id))]));
  }

  /** What somebody says of themselves; it stands until they take it back. */
  async state(actor: Actor, status: StatedPresence): Promise<void> {
    const before = await this.db.forTenant(actor.tenant.id, async (tx) => {
      const person = await this.participants.findById(tx, actor.participantId);
      await this.participants.markPresence(tx, actor.participantId, status);
      return person?.presence ?? null;
    });
    const byDevices = (await this.awake.of(actor.tenant.id, [actor.participantId])).get(actor.participantId);
    const visible = visibleOf(status, byDevices);
    if (visible !== visibleOf(before, byDevices)) await this.#announce(actor.tenant.id, { id: actor.participantId, fqid: actor.fqid }, visible);
  }

  /** A device of theirs is there: with somebody at it, or not for a while. */
  async hear(actor: Actor, { device, state, nowMs }: { device: string; state: 'online' | 'idle'; nowMs: number }): Promise<void> {
    const heard = await this.awake.hear({ tenantId: actor.tenant.id, participantId: actor.participantId, device, state, nowMs, untilMs: nowMs + HEARD_FOR_MS });
    if (heard.isNews) await this.#tellUnlessStated(heard);
  }

  /** A device of theirs has gone. What comes of it is told by the next sweep. */
  async leave(actor: Actor, { device, state, nowMs }: { device: string; state: 'online' | 'idle'; nowMs: number }): Promise<void> {
    await this.awake.hear({ tenantId: actor.tenant.id, participantId: actor.participantId, device, state, nowMs, untilMs: nowMs + GRACE_MS });
  }

  /** Tells of those whose devices went silent, also those of a process that was killed. */
  async sweep(nowMs: number): Promise<void> {
    for (const settled of await this.awake.sweep(nowMs)) await this.#tellUnlessStated(settled);
  }

  async #tellUnlessStated({ tenantId, participantId, state }: Settled): Promise<void> {
    const id = tenantId as TenantId;
    const person = await this.db.readTenant(id, (db) => this.participants.findById(db, participantId));
    if (person?.presence === null) await this.#announce(id, person, state);
  }

  async #announce(tenantId: TenantId, { id, fqid }: Pick<ParticipantRow, 'id' | 'fqid'>, status: PresenceStatus): Promise<void> {
    await this.channel.publish(tenantId, { kind: 'presence', participantId: id, status });
    await this.tell.presence({ id: tenantId, serverName: serverOf(fqid) }, { fqid, status });
  }
}
