import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { decidePeering, DomainError, type ServerName } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import type { Actor } from '../../participants/index.js';
import type { DescriptorOutcome } from '../../peers/index.js';
import { PolicyStore, standingOf } from '../../policy/index.js';
import { PeerRequests } from '../../requests/index.js';
import { PeerBooks } from './change-peer.js';

const TIMEOUT_MS = 8_000;

export interface PeerToAdd {
  actor: Actor;
  serverName: ServerName;
  /** the admin has seen the fingerprint and wants this peer */
  accept: boolean;
  /** the fingerprint that the admin has seen; another one is refused */
  fingerprint?: string | undefined;
}

/** Looks a server up for the admin; and, once they accept it, trusts its key and lets policy name it. */
@Injectable()
export class AddPeer {
  constructor(
    private readonly db: Database,
    private readonly requests: PeerRequests,
    private readonly policies: PolicyStore,
    private readonly books: PeerBooks,
    private readonly clock: Clock,
  ) {}

  /** @returns the fingerprint that the server shows now. @throws DomainError `SW_FED_PEER_UNREACHABLE`, `SW_FED_SIGNATURE_MISMATCH`, `SW_FED_KEY_CHANGED` */
  async run(input: PeerToAdd): Promise<{ fingerprint: string | null }> {
    const { actor, serverName } = input;
    if (serverName === actor.tenant.serverName) throw new DomainError('SW_REQUEST_INVALID', { field: 'server_name', reason: 'that is this server' });
    const shown = await this.fetch(input, null);
    const seen = shown.fingerprint ?? null;
    if (!input.accept) return { fingerprint: seen };
    if (input.fingerprint !== undefined && input.fingerprint !== seen) throw new DomainError('SW_FED_KEY_CHANGED', { by: serverName, fingerprint: seen });
    if (shown.state === 'key_changed') await this.fetch(input, seen);
    const isBack = await this.db.forTenant(actor.tenant.id, async (tx) => {
      await this.books.peers.ensurePeer(tx, serverName, this.clock.date());
      const row = await this.books.peers.findPeer(tx, serverName);
      const wasParted = row?.admin_state === 'removed' || row?.admin_state === 'removed_by_them';
      if (wasParted) await this.books.peers.markAdminState(tx, serverName, 'active');
      const named = await this.nameInPolicy(tx, serverName);
      await this.books.audit.write(tx, { actor: actor.fqid, action: 'peer.added', subject: serverName, details: { fingerprint: seen, before: row?.admin_state ?? null, ...named } });
      return wasParted;
    });
    // So that a server that we had removed learns of it.
    if (isBack) await this.requests.leave(actor.tenant.id, { kind: 'hello', serverName, timeoutMs: TIMEOUT_MS });
    return { fingerprint: seen };
  }

  private async fetch({ actor, serverName }: PeerToAdd, accept: string | null): Promise<DescriptorOutcome> {
    const params = { refetch: true, ...(accept === null ? {} : { accept }) };
    const asked = await this.requests.ask<DescriptorOutcome>(actor.tenant.id, { kind: 'descriptor', serverName, params, timeoutMs: TIMEOUT_MS });
    if (!asked.ok) throw new DomainError('SW_FED_PEER_UNREACHABLE', { by: asked.by, reason: asked.code });
    const { state, reason } = asked.answer;
    if (state === 'unusable') throw new DomainError('SW_FED_SIGNATURE_MISMATCH', { by: serverName, reason });
    if (state === 'cannot_be_had_now') throw new DomainError('SW_FED_PEER_UNREACHABLE', { by: 'us', reason });
    return asked.answer;
  }

  /** Only where the admin's list is what keeps the server out: a list that nobody has stated would shut out all others. */
  private async nameInPolicy(tx: Tx, serverName: ServerName): Promise<{ allowed_peers?: string[] }> {
    const policy = await this.policies.effective(tx);
    const verdict = decidePeering(policy, serverName, standingOf(await this.books.peers.findPeer(tx, serverName)));
    if (verdict.allowed || (verdict.rule !== 'not_named' && verdict.rule !== 'admin_allowed_peers')) return {};
    const { admin } = await this.policies.lockSides(tx, this.clock.date());
    // Whom the provider declares was accepted without a list of ours, and stays so.
    const allowed = [...new Set([...(admin?.allowed_peers ?? policy.lists.declared), serverName])];
    await this.policies.upsertAdmin(tx, { ...admin, allowed_peers: allowed }, this.clock.date());
    return { allowed_peers: allowed };
  }
}
