import type { OperatorConfig } from '@scaiwave/config';
import type { Clock, Logger } from '@scaiwave/telemetry';
import type { EventRecorder } from './kube/event-recorder.js';
import type { KubeClient } from './kube/kube-client.js';
import type { OperatorMetrics } from './operator-metrics.js';
import type { EventReason } from './reasons.js';
import type { World } from './world.js';

/** What every reconcile stands on: what is seen of the cluster, the way to change it, and the ways to tell. */
export interface OperatorContext {
  world: World;
  client: KubeClient;
  events: EventRecorder<EventReason>;
  metrics: OperatorMetrics;
  clock: Clock;
  logger: Logger;
  config: OperatorConfig;
}
