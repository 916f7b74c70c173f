import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@scaiwave/database';
import { Clock } from '@scaiwave/telemetry';
import { Audit } from '../audit/index.js';
import { buildPeerDeclaration } from './build-peer-declaration.js';
import { DeclarationStore, type DeclarationRow } from './declaration.store.js';
import type { PeerSpec } from './resource-types.js';
import type { TenantContext } from './tenant-context.js';

/** What one run changed, as server_names. */
export interface PeersApplied {
  declared: string[];
  dropped: string[];
}

/**
 * Makes the provider's declarations of a tenant's peers what its Peer resources say; a declaration whose resource is gone is dropped.
 * Dropping never severs a room. A second run with the same resources writes nothing.
 */
@Injectable()
export class ApplyPeers {
  constructor(
    private readonly db: Database,
    private readonly store: DeclarationStore,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @param input.peers every Peer resource of the tenant; `resource` is `namespace/name`, `caCertificate` as in PeerDeclaration */
  async run(input: { tenant: TenantContext; peers: { spec: PeerSpec; resource: string; caCertificate?: string | null }[] }): Promise<PeersApplied> {
    const wanted = input.peers.map(({ spec, resource, caCertificate }): DeclarationRow => ({
      server_name: spec.serverName, declaration: buildPeerDeclaration(spec, caCertificate), declaration_resource: resource,
    }));
    return this.db.forTenant(input.tenant.id, async (tx) => {
      const present = await this.store.listDeclarations(tx);
      const changed = wanted.filter((row) => !present.some((old) => isDeepStrictEqual(old, row)));
      const gone = present.filter((old) => !wanted.some((row) => row.server_name === old.server_name));
      for (const row of changed) await this.declare(tx, row);
      for (const row of gone) await this.drop(tx, row);
      return { declared: changed.map((row) => row.server_name), dropped: gone.map((row) => row.server_name) };
    });
  }

  private async declare(tx: Tx, row: DeclarationRow): Promise<void> {
    await this.store.upsertDeclaration(tx, row, this.clock.date());
    await this.audit.write(tx, { actor: 'system', action: 'peer.declared', subject: row.server_name, details: { resource: row.declaration_resource, declaration: row.declaration } });
  }

  private async drop(tx: Tx, row: DeclarationRow): Promise<void> {
    await this.store.dropDeclaration(tx, row.server_name, this.clock.date());
    await this.audit.write(tx, { actor: 'system', action: 'peer.declaration_dropped', subject: row.server_name, details: { resource: row.declaration_resource } });
  }
}
