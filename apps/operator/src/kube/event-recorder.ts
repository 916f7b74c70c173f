import { createHash } from 'node:crypto';
import type { Clock, Logger } from '@scaiwave/telemetry';
import type { KubeClient } from './kube-client.js';
import { keyOf, type Kind, type KubeObject } from './kube-object.js';

const EVENT: Kind = { apiVersion: 'v1', kind: 'Event', plural: 'events', isNamespaced: true };

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

/** Tells people, beside the object, what happened to it: `kubectl describe` shows it. The same thing again only raises a count. */
export class EventRecorder<Reason extends string = string> {
  constructor(
    private readonly client: KubeClient,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** Never throws: what could not be told is in the log. */
  async record(about: KubeObject, { type, reason, message }: { type: 'Normal' | 'Warning'; reason: Reason; message: string }): Promise<void> {
    const { name, namespace = 'default', uid } = about.metadata;
    const at = `${this.clock.date().toISOString().slice(0, 19)}Z`;
    const id = createHash('sha256').update(`${uid}/${reason}/${message}`).digest('hex').slice(0, 16);
    const event: EventObject = {
      apiVersion: EVENT.apiVersion, kind: EVENT.kind, metadata: { name: `${name}.${id}`, namespace },
      involvedObject: { apiVersion: about.apiVersion, kind: about.kind, name, namespace, uid, resourceVersion: about.metadata.resourceVersion },
      type, reason, message: message.slice(0, MAX_MESSAGE), count: 1, firstTimestamp: at, lastTimestamp: at, reportingComponent: COMPONENT, source: { component: COMPONENT },
    };
    this.logger.info({ object: `${about.kind} ${keyOf(about)}`, reason }, message);
    try {
      if ((await this.client.create(EVENT, event)) !== null) return;
      const present = await this.client.find<EventObject>(EVENT, keyOf(event));
      await this.client.merge(EVENT, keyOf(event), { count: (present?.count ?? 0) + 1, lastTimestamp: at });
    } catch (err) {
      this.logger.warn({ err, reason }, 'An Event could not be written.');
    }
  }
}
