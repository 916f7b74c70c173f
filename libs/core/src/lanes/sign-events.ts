import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { signJws } from '@scaiwave/protocol/node';
import type { EventRow } from '../events/index.js';
import { Keyring } from '../keys/index.js';
import type { TenantContext } from '../tenants/index.js';
import { OutgoingStore } from './outgoing.store.js';
import { ControlEventStore, type ControlEventRow } from './control-event.store.js';

/** Signs what this server says: once, by whichever worker is first, and stored before anything is sent. */
@Injectable()
export class SignEvents {
  constructor(
    private readonly keyring: Keyring,
    private readonly outgoing: OutgoingStore,
    private readonly control: ControlEventStore,
  ) {}

  /** The signatures of those of these events that have none yet, by `keyOf`. What another worker signed meanwhile is taken as it is. @throws KeyringError */
  async run(tx: Tx, tenant: TenantContext, rows: readonly EventRow[]): Promise<Map<string, string>> {
    const unsigned = rows.filter((row) => row.jws === null && row.origin === tenant.serverName);
    if (unsigned.length === 0) return new Map();
    const key = this.keyring.activeKey(tenant);
    return this.outgoing.signOnce(tx, unsigned.map((row) => ({ roomId: row.room_id, id: row.id, jws: signJws(row.payload, key) })));
  }

  async runControl(tx: Tx, tenant: TenantContext, rows: readonly ControlEventRow[]): Promise<ControlEventRow[]> {
    const unsigned = rows.filter((row) => row.jws === null);
    const [first] = unsigned;
    if (!first) return [...rows];
    const key = this.keyring.activeKey(tenant);
    const signed = new Map(unsigned.map((row) => [row.id, signJws(row.payload, key)]));
    await this.control.setJws(tx, first.server_name, [...signed].map(([id, jws]) => ({ id, jws })));
    return rows.map((row) => ({ ...row, jws: row.jws ?? signed.get(row.id) ?? null }));
  }
}
