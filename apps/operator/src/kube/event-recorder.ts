import { createHash } from 'node:crypto';
import type { Clock, Logger } from '@scaiwave/telemetry';
import type { KubeClient } from './kube-client.js';
import { keyOf, type Kind, type KubeObject } from './kube-object.js';
import { TokenBuckets } from './token-buckets.js';

const EVENT: Kind = { apiVersion: 'v1', kind: 'Event', plural: 'events', isNamespaced: true };

export interface Happening<Reason extends string = string> {
  type: 'Normal' | 'Warning';
  reason: Reason;
  message: string;
}

interface EventObject extends KubeObject {
  involvedObject: object;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  reportingComponent: string;
  source: { component: string };
}

const COMPONENT = 'scaiwave-operator';
const MAX_MESSAGE = 1_024;
// As Kubernetes' own controllers do it: whoever tells more about one object than this is repeating himself.
const LIMIT = { burst: 25, everyMs: 300_000 };

/**
 * Tells people, beside the object, what happened to it: `kubectl describe` shows it. The same thing again only raises a count;
 * of one object 25 at once and then one every five minutes, so that something that goes on and on does not fill etcd.
 */
export class EventRecorder<Reason extends string = string> {
  readonly #limits: TokenBuckets;

  constructor(
    private readonly client: KubeClient,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.#limits = new TokenBuckets(LIMIT);
  }

  /** Never throws: what could not be told is in the log, as everything that is told. */
  async record(about: KubeObject, happening: Happening<Reason>): Promise<void> {
    const { reason, message } = happening;
    this.logger.info({ object: `${about.kind} ${keyOf(about)}`, reason }, message);
    if (!this.#limits.take(about.metadata.uid ?? keyOf(about))) return;
    const event = buildEvent(about, happening, this.clock.date());
    try {
      if ((await this.client.create(EVENT, event)) !== null) return;
      const present = await this.client.find<EventObject>(EVENT, keyOf(event));
      await this.client.merge(EVENT, keyOf(event), { count: (present?.count ?? 0) + 1, lastTimestamp: event.lastTimestamp });
    } catch (err) {
      this.logger.warn({ err, reason }, 'An Event could not be written.');
    }
  }
}

/** An Event's name comes from what it says: the same again finds the first. */
function buildEvent(about: KubeObject, { type, reason, message }: Happening, now: Date): EventObject {
  const { name, namespace = 'default', uid, resourceVersion } = about.metadata;
  const at = `${now.toISOString().slice(0, 19)}Z`;
  const id = createHash('sha256').update(`${uid}/${reason}/${message}`).digest('hex').slice(0, 16);
  return {
    apiVersion: EVENT.apiVersion, kind: EVENT.kind, metadata: { name: `${name}.${id}`, namespace },
    involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion },
    type, reason, message: message.slice(0, MAX_MESSAGE), count: 1, firstTimestamp: at, lastTimestamp: at, reportingComponent: COMPONENT, source: { component: COMPONENT },
  };
}
