import { Injectable } from '@nestjs/common';
import { PeerDirectory, PeeringRules, type TenantContext } from '@scaiwave/core';
import { Database } from '@scaiwave/database';
import type { ErrorCode, ServerName } from '@scaiwave/protocol';
import { fingerprintOf, importPublicKey } from '@scaiwave/protocol/node';

export interface ServerCheck {
  server_name: ServerName;
  known: boolean;
  /** null: not looked at, because policy refuses it anyway */
  reachable: boolean | null;
  accepted: boolean;
  code: ErrorCode | null;
  fingerprint: string | null;
}

/** What the invite dialog shows before anything is sent: our policy first, then whether the server has a descriptor that we trust. */
@Injectable()
export class CheckServer {
  constructor(
    private readonly db: Database,
    private readonly rules: PeeringRules,
    private readonly directory: PeerDirectory,
  ) {}

  async run({ tenant, serverName }: { tenant: TenantContext; serverName: ServerName }): Promise<ServerCheck> {
    const verdict = await this.db.readTenant(tenant.id, (db) => this.rules.decide(db, tenant, { serverName: serverName, purpose: 'peer' }));
    const unseen = { server_name: serverName, known: false, fingerprint: null };
    if (!verdict.allowed) return { ...unseen, reachable: null, accepted: false, code: verdict.code };
    if (serverName === tenant.serverName) return { ...unseen, known: true, reachable: true, accepted: true, code: null };
    const keys = await this.directory.verifyKeys(tenant, serverName);
    switch (keys.state) {
      case 'ready':
        return { ...unseen, known: true, reachable: true, accepted: true, code: null, fingerprint: fingerprintText(keys.descriptor.public_key) };
      case 'key_changed':
        return { ...unseen, known: true, reachable: true, accepted: false, code: 'SW_FED_KEY_CHANGED' };
      case 'unusable':
        return { ...unseen, reachable: true, accepted: false, code: 'SW_FED_SIGNATURE_MISMATCH' };
      case 'cannot_be_had_now':
        return { ...unseen, reachable: false, accepted: true, code: 'SW_FED_PEER_UNREACHABLE' };
    }
  }
}

function fingerprintText(publicKey: string): string | null {
  const key = importPublicKey(publicKey);
  return key && fingerprintOf(key.raw);
}
