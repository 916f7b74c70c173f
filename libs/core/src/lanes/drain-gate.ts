import { Injectable } from '@nestjs/common';
import type { Tx } from '@scaiwave/database';
import { decidePeering, type EffectivePolicy } from '@scaiwave/protocol';
import { Clock } from '@scaiwave/telemetry';
import { PeerStore, type PeerRow } from '../peers/index.js';
import { PolicyStore, standingOf } from '../policy/index.js';

/** `farewell`: nothing but the word that it was removed. `closed`: nothing at all, for now. */
export type DrainPermission = { kind: 'open' | 'farewell'; peer: PeerRow } | { kind: 'closed'; reason: string };

/** While policy refuses a peer, it is looked at again this often: policy may change without a word to the workers. */
const LOOK_AGAIN_MS = 10_000;

/** May anything be sent to this peer now? Policy binds us as it binds them. */
@Injectable()
export class DrainGate {
  constructor(
    private readonly peers: PeerStore,
    private readonly policies: PolicyStore,
    private readonly clock: Clock,
  ) {}

  policy(tx: Tx): Promise<EffectivePolicy> {
    return this.policies.effective(tx);
  }

  async ask(tx: Tx, peer: PeerRow, policy: EffectivePolicy): Promise<DrainPermission> {
    if (peer.admin_state === 'blocked' || peer.admin_state === 'paused') return { kind: 'closed', reason: peer.admin_state };
    if (peer.next_attempt_at !== null && peer.next_attempt_at.getTime() > this.clock.now()) return { kind: 'closed', reason: 'not due' };
    const verdict = decidePeering(policy, peer.server_name, standingOf(peer));
    if (verdict.allowed) return { kind: 'open', peer };
    if (verdict.rule === 'peer_removed') return { kind: 'farewell', peer };
    await this.refuse(tx, peer, verdict.rule);
    return { kind: 'closed', reason: verdict.rule };
  }

  private async refuse(tx: Tx, { server_name: serverName }: PeerRow, rule: string): Promise<void> {
    const at = this.clock.date();
    await this.peers.markError(tx, { serverName, code: 'SW_FED_PEER_UNKNOWN', message: `Our own policy refuses it (${rule}).`, at });
    await this.peers.markNextAttempt(tx, serverName, new Date(at.getTime() + LOOK_AGAIN_MS));
  }
}
