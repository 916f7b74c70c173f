import { decidePeering, type EffectivePolicy } from '@scaiwave/protocol';
import { standingOf } from '../../policy/peer-standing.js';
import type { LeavingPeer } from './leaving.store.js';

/** Does anything go to this peer at all, were it only the word that it is over? */
export function takesAnything(peer: LeavingPeer, policy: EffectivePolicy): boolean {
  if (peer.admin_state === 'blocked' || peer.admin_state === 'paused') return false;
  const verdict = decidePeering(policy, peer.server_name, standingOf(peer));
  return verdict.allowed || verdict.rule === 'peer_removed';
}

/** May a tenant that is being deleted part from this peer now? What waits for it is lost then. */
export function decideParting({ waiting, takes, isOver, dropsQueue }: { waiting: number; takes: boolean; isOver: boolean; dropsQueue: boolean }): 'now' | 'later' {
  return waiting === 0 || !takes || isOver || dropsQueue ? 'now' : 'later';
}
