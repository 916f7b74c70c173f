import { isDeepStrictEqual } from 'node:util';
import type { StandingOfResource } from '@scaiwave/core/resources';
import type { Figures } from '../figures.js';
import { buildConditions, type Finding } from '../kube/conditions.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { PEER, type Peer, type PeerStatus } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { tenantOfPeer } from '../owner-of.js';
import type { PeerReason } from '../reasons.js';
import { isPaused } from '../tenant/pool-of.js';
import { lookAgainIn, References, sinceWhen } from '../tenant/references.js';
import { buildPeerFigures } from './build-peer-status.js';
import { checkConnected, checkInSync, checkKeys, checkPolicy, summarizePeer } from './observe-peer.js';
import { decidePeerAccepted } from './peer.checks.js';

const LOOK_AGAIN_MS = 5_000;

/** Says in a Peer's status how things stand with that server. Its declaration is programmed with its Tenant. */
export class ReconcilePeer {
  readonly #references: References;

  constructor(
    private readonly context: OperatorContext,
    private readonly figures: Figures,
  ) {
    this.#references = new References(context.client);
  }

  async run(key: string): Promise<Reconciled> {
    const peer = this.context.world.peers.find(key);
    if (peer === null || peer.metadata.deletionTimestamp !== undefined) return { requeueAfterMs: null };
    if (this.#isAboutToBeKnown(peer)) return { requeueAfterMs: LOOK_AGAIN_MS };
    const status = JSON.parse(JSON.stringify(await this.#buildStatus(peer))) as NonNullable<Peer['status']>;
    if (!isDeepStrictEqual(status, peer.status)) await this.#report(peer, status);
    return { requeueAfterMs: againIn({ ...peer, status }, this.context.clock.now()) };
  }

  // Its Tenant is about to be programmed with it, and whoever does that reads the figures: the first status has them, and is written once.
  // Where that does not come to be (paused, going, refused, Postgres away), the Tenant says so, and the Peer is told of without figures.
  #isAboutToBeKnown(peer: Peer): boolean {
    if (peer.status !== undefined || !this.figures.hasLooked || this.#findStanding(peer) !== null) return false;
    const tenant = this.context.world.tenants.find(tenantOfPeer(peer));
    if (tenant === null || tenant.metadata.deletionTimestamp !== undefined || isPaused(tenant)) return false;
    const programmed = tenant.status?.conditions?.find(({ type }) => type === 'PolicyProgrammed');
    const mayComeToBe = tenant.status === undefined || programmed?.status === 'True';
    return mayComeToBe && this.#checkAccepted(peer, tenantOfPeer(peer), null).status === 'True';
  }

  #findStanding(peer: Peer): StandingOfResource | null {
    return this.figures.find(tenantOfPeer(peer))?.find(({ peer_resource: resource }) => resource === keyOf(peer)) ?? null;
  }

  async #report(peer: Peer, status: NonNullable<Peer['status']>): Promise<void> {
    await this.context.client.applyStatus(PEER, keyOf(peer), status);
    const [before, after] = [peer.status, status].map((one) => one?.conditions?.find(({ type }) => type === 'Ready'));
    if (after === undefined || after.status === 'Unknown' || (before?.status === after.status && before.reason === after.reason)) return;
    await this.context.events.record(peer, { type: after.status === 'False' ? 'Warning' : 'Normal', reason: after.reason as PeerReason, message: after.message || 'The peer is ready.' });
  }

  async #buildStatus(peer: Peer): Promise<NonNullable<Peer['status']>> {
    const { clock } = this.context;
    const standing = this.#findStanding(peer);
    const findings = [
      this.#checkAccepted(peer, tenantOfPeer(peer), standing),
      await this.#checkReferences(peer),
      ...this.#checkStanding(peer, standing),
    ];
    const generation = peer.metadata.generation ?? 0;
    return {
      observedGeneration: generation,
      conditions: buildConditions([...findings, summarizePeer(findings)], peer.status?.conditions ?? [], { now: clock.date(), generation }),
      ...(standing ? buildPeerFigures(standing, clock.now()) : !this.figures.hasLooked && keepFigures(peer)),
    };
  }

  // Postgres has not answered since this operator began: what was found before it stands.
  #checkStanding(peer: Peer, standing: StandingOfResource | null): Finding[] {
    const found = [checkKeys(standing), checkConnected(standing, peer.spec.policy?.suspend === true), checkInSync(standing)];
    if (this.figures.hasLooked) return found;
    return found.map((finding) => peer.status?.conditions?.find(({ type }) => type === finding.type) ?? finding).map(({ type, status, reason, message }) => ({ type, status, reason, message }));
  }

  #checkAccepted(peer: Peer, tenantKey: string, standing: StandingOfResource | null): Finding {
    const { world } = this.context;
    const tenant = world.tenants.find(tenantKey);
    const accepted = decidePeerAccepted(peer, world.peers.listBy('tenant', tenantKey), tenant && { ownName: tenant.spec.serverName, blocked: tenant.spec.peering?.blockedServers ?? [] });
    if (accepted.status !== 'True' || standing === null) return accepted;
    const declared = (this.figures.find(tenantKey) ?? []).flatMap(({ peer: name, declaration }) => (name === null || declaration === null ? [] : [name]));
    return checkPolicy(standing, declared) ?? accepted;
  }

  async #checkReferences(peer: Peer): Promise<Finding> {
    const authority = await this.#references.authorityOf(peer);
    return authority?.problem
      ? { type: 'ResolvedRefs', status: 'False', ...authority.problem }
      : { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message: '' };
  }
}

/** Null where nothing is named: then only a change is worth another look. */
function againIn({ spec, status }: Peer, now: number): number | null {
  if (spec.endpoint?.caSecretRef === undefined) return null;
  const isRead = status?.conditions?.some(({ type, status: is }) => type === 'ResolvedRefs' && is === 'True') ?? false;
  return lookAgainIn(isRead ? [] : [sinceWhen({ status }, 'ResolvedRefs')], now);
}

function keepFigures({ status = {} }: Peer): PeerStatus {
  const { observedGeneration: _, conditions: __, ...figures } = status;
  return figures;
}
