import { isDeepStrictEqual } from 'node:util';
import type { StandingOfResource } from '@scaiwave/core';
import { ageOf, type Figures } from '../figures.js';
import { buildConditions, type Finding } from '../kube/conditions.js';
import type { Reconciled } from '../kube/controller.js';
import { keyOf } from '../kube/kube-object.js';
import { PEER, type Peer } from '../kinds.js';
import type { OperatorContext } from '../operator-context.js';
import { lookAgainIn, References, sinceWhen } from '../tenant/references.js';
import { decidePeerAccepted } from './peer.checks.js';

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
    const status = JSON.parse(JSON.stringify(await this.#buildStatus(peer))) as NonNullable<Peer['status']>;
    if (!isDeepStrictEqual(status, peer.status)) await this.context.client.applyStatus(PEER, key, status);
    return { requeueAfterMs: againIn({ ...peer, status }, this.context.clock.now()) };
  }

  async #buildStatus(peer: Peer): Promise<NonNullable<Peer['status']>> {
    const { world, clock } = this.context;
    const tenantKey = `${peer.metadata.namespace}/${peer.spec.tenantRef.name}`;
    const tenant = world.tenants.find(tenantKey);
    const standing = this.figures.find(tenantKey)?.find(({ peer_resource: resource }) => resource === keyOf(peer)) ?? null;
    const findings = [
      decidePeerAccepted(peer, world.peers.listBy('tenant', tenantKey), tenant && { ownName: tenant.spec.serverName }),
      await this.#checkReferences(peer),
      checkConnected(standing), checkInSync(standing),
    ];
    const generation = peer.metadata.generation ?? 0;
    return {
      observedGeneration: generation,
      conditions: buildConditions([...findings, summarize(findings)], peer.status?.conditions ?? [], { now: clock.date(), generation }),
      ...(standing && buildFigures(standing, clock.now())),
    };
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

const NOT_MET: Pick<Finding, 'status' | 'reason' | 'message'> = { status: 'Unknown', reason: 'NotYetContacted', message: 'Nothing has been exchanged with this server yet.' };
const REASONS = { down: 'Unreachable', busy: 'Busy', refuses_us: 'RefusesUs' } as const;

function checkConnected(standing: StandingOfResource | null): Finding {
  const type = 'Connected';
  if (standing === null || (standing.last_seen_at === null && standing.verdict === null)) return { type, ...NOT_MET };
  if (standing.verdict === null) return { type, status: 'True', reason: 'Connected', message: '' };
  return { type, status: 'False', reason: REASONS[standing.verdict], message: standing.last_error_message ?? standing.last_error_code ?? '' };
}

function checkInSync(standing: StandingOfResource | null): Finding {
  const type = 'InSync';
  if (standing === null) return { type, ...NOT_MET };
  if (standing.stopped > 0) return { type, status: 'False', reason: 'HistoriesDiffer', message: `${standing.stopped} rooms are stopped, because the two servers hold different histories.` };
  if (standing.events > 0) return { type, status: 'False', reason: 'Behind', message: `${standing.events} events wait.` };
  return { type, status: 'True', reason: 'InSync', message: '' };
}

// A server that waits for a few events is as ready as any: InSync does not count.
function summarize(findings: readonly Finding[]): Finding {
  const first = findings.find(({ type, status, reason }) => status === 'False' && !(type === 'InSync' && reason === 'Behind'));
  if (first !== undefined) return { ...first, type: 'Ready' };
  const isMet = findings.every(({ type, status }) => type !== 'Connected' || status === 'True');
  return isMet ? { type: 'Ready', status: 'True', reason: 'Ready', message: '' } : { type: 'Ready', ...NOT_MET };
}

const SEEN_STEP_MS = 300_000;
const seconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

function buildFigures(standing: StandingOfResource, now: number): object {
  const { last_seen_at: seen, last_error_code: code, last_error_message: message, last_error_at: at } = standing;
  return {
    backlog: standing.events, sharedRooms: standing.shared_rooms, oldestPendingAge: `${ageOf(standing.oldest_at, now) ?? 0}s`,
    ...(seen && { lastSeen: seconds(new Date(Math.floor(seen.getTime() / SEEN_STEP_MS) * SEEN_STEP_MS)) }),
    ...(standing.failing_since && { failingSince: seconds(standing.failing_since) }),
    ...(code !== null && at && { lastError: { code, message: (message ?? '').slice(0, 1_024), at: seconds(at) } }),
  };
}
