import { Injectable } from '@nestjs/common';
import { Database, type Db } from '@scaiwave/database';
import { decidePeering, DomainError, serverOf, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { InvitationStore } from '../../invitations/index.js';
import { PeerStore } from '../../peers/index.js';
import { PolicyStore, standingOf } from '../../policy/index.js';
import { TenantStore, type TenantContext } from '../../tenants/index.js';
import { decideDelivery } from './decide-delivery.js';
import { decideInvitation } from './decide-invitation.js';
import { ExplainStore, type ExplainedEvent } from './explain.store.js';
import type { Explanation } from './explanation.js';

const DAY_MS = 86_400_000;

@Injectable()
export class ExplainFacts {
  constructor(
    readonly store: ExplainStore,
    readonly peers: PeerStore,
    readonly policies: PolicyStore,
    readonly tenants: TenantStore,
    readonly invitations: InvitationStore,
  ) {}
}

/** Why did event X not reach peer Y, why did invitation Z come to nothing: one answer, with the facts that it rests on. */
@Injectable()
export class Explain {
  constructor(
    private readonly db: Database,
    private readonly facts: ExplainFacts,
    private readonly clock: Clock,
  ) {}

  /** `peer` may be left out where the event goes to one server only. @throws DomainError `SW_EVENT_NOT_FOUND`, `SW_REQUEST_INVALID` */
  delivery(input: { tenant: TenantContext; eventId: string; peer?: ServerName }): Promise<Explanation & { peer: ServerName }> {
    const { tenant, eventId, peer } = input;
    return this.db.readTenant(tenant.id, async (db) => {
      const event = await this.facts.store.findEvent(db, eventId, tenant.serverName);
      if (!event) throw new DomainError('SW_EVENT_NOT_FOUND');
      const to = peer ?? (await this.onlyDestination(db, event));
      return { peer: to, ...(await this.explainDelivery(db, { tenant, event, to })) };
    });
  }

  /** @throws DomainError `SW_FED_INVITE_INVALID` for an invitation that is not known here */
  invitation(input: { tenant: TenantContext; inviteId: string }): Promise<Explanation> {
    const { tenant, inviteId } = input;
    return this.db.readTenant(tenant.id, async (db) => {
      const row = await this.facts.invitations.findInvitation(db, inviteId);
      if (!row) throw new DomainError('SW_FED_INVITE_INVALID');
      const to = row.host === tenant.serverName ? serverOf(row.invitee) : row.host;
      const carrier = row.state === 'sending' && row.direction === 'out' ? await this.facts.store.findInviteEvent(db, inviteId, to) : null;
      const event = carrier && (await this.facts.store.findEvent(db, carrier, tenant.serverName));
      const delivery = event ? await this.explainDelivery(db, { tenant, event, to }) : null;
      return decideInvitation({ own: tenant.serverName, row, delivery, now: this.clock.date() });
    });
  }

  private async onlyDestination(db: Db, event: ExplainedEvent): Promise<ServerName> {
    const found = await this.facts.store.listDestinations(db, event);
    const [only] = found;
    if (found.length === 1 && only) return only;
    throw new DomainError('SW_REQUEST_INVALID', { field: 'peer', servers: found, reason: found.length === 0 ? 'it goes to no other server: name one' : `name one of ${found.slice(0, 10).join(', ')}` });
  }

  private async explainDelivery(db: Db, { tenant, event, to }: { tenant: TenantContext; event: ExplainedEvent; to: ServerName }): Promise<Explanation> {
    const { store, peers, policies, tenants } = this.facts;
    const [room, lane, control, exception, peer, policy, row] = await Promise.all([
      event.kind === 'room' && event.room_id !== null ? store.findRoom(db, event.room_id) : null,
      event.kind === 'room' ? store.findLane(db, event, to) : null,
      event.kind === 'control' ? store.findControl(db, event.id, to) : null,
      event.kind === 'room' ? store.findException(db, event, to) : null,
      peers.findPeer(db, to),
      policies.effective(db),
      tenants.findOwn(db),
    ]);
    if (event.kind === 'control' && !control) throw new DomainError('SW_REQUEST_INVALID', { field: 'peer', reason: `it does not go to ${to}` });
    return decideDelivery({
      own: tenant.serverName, to, lane, control, exception, peer, now: this.clock.date(),
      event: { origin: event.origin, type: event.type, madeAt: event.created_at, isSigned: event.is_signed, isRedacted: event.is_redacted, state: event.state, failureCode: event.failure_code },
      room: room && { host: room.host, name: room.name, state: room.state, federates: room.federation_enabled },
      verdict: decidePeering(policy, to, standingOf(peer)),
      giveUpAfterMs: row?.delivery.give_up_after_ms ?? DAY_MS,
    });
  }
}
