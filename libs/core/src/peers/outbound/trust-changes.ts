import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import type { ServerName } from '@scaiwave/protocol';
import type { ParsedDescriptor } from '@scaiwave/protocol/node';
import { Clock, Logger } from '@scaiwave/telemetry';
import { Audit } from '../../audit/index.js';
import { PeerStore } from '../peer.store.js';

/** Writes down what became of a peer's keys. A change that nobody announced is loud. */
@Injectable()
export class TrustChanges {
  constructor(
    private readonly store: PeerStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async trusted(
    tx: Tx,
    found: { serverName: ServerName; parsed: Extract<ParsedDescriptor, { ok: true }>; fingerprint: string; believedUntil: Date; isFirst: boolean; isConfirmed: boolean },
  ): Promise<void> {
    const { serverName, parsed, fingerprint } = found;
    const at = this.clock.date();
    if (found.isConfirmed) await this.store.deleteKeys(tx, serverName);
    await this.store.markDescriptor(tx, { serverName, text: parsed.text, at, validUntil: found.believedUntil });
    for (const key of parsed.keys) {
      await this.store.upsertKey(tx, serverName, {
        kid: key.kid, public_key: key.imported.raw, state: key.state, valid_from: dateOf(key.valid_from), valid_until: dateOf(key.valid_until), first_seen_at: at,
      });
    }
    if (found.isFirst) await this.audit.write(tx, { actor: 'system', action: 'peer.first_contact', subject: serverName, details: { fingerprint } });
  }

  async changed(tx: Tx, { serverName, fingerprint }: { serverName: ServerName; fingerprint: string }): Promise<void> {
    const at = this.clock.date();
    const isNews = await this.store.markKeyChanged(tx, serverName, at);
    const message = `It publishes the key ${fingerprint}, which its old key did not announce.`;
    await this.store.markError(tx, { serverName, code: 'SW_FED_KEY_CHANGED', message, at });
    if (!isNews) return;
    await this.audit.write(tx, { actor: 'system', action: 'peer.key_changed', subject: serverName, details: { fingerprint } });
    this.logger.warn({ tenantId: tx.tenantId, peerId: serverName, code: 'SW_FED_KEY_CHANGED', fingerprint }, 'A peer changed its key without an announcement; an admin must confirm the new one.');
  }
}

function dateOf(ms: number | null | undefined): Date | null {
  return ms === null || ms === undefined ? null : new Date(ms);
}
