import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Condition } from './kube/conditions.js';
import type { WorkQueueObserver } from './kube/work-queue.js';

const SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60];

const STATUSES = ['True', 'False', 'Unknown'] as const;

/** What autoscalers go by. */
export const POOL_AGE_METRIC = 'scaiwave_pool_oldest_pending_seconds';

/** The operator's metrics, under the names that dashboards for controllers know, and ours. */
export class OperatorMetrics {
  readonly reconciles: Counter<'controller' | 'result'>;
  readonly reconcileErrors: Counter<'controller'>;
  readonly finalErrors: Counter<'controller'>;
  readonly reconcileSeconds: Histogram<'controller'>;
  readonly requests: Counter<'code' | 'method' | 'host'>;
  readonly isLeader: Gauge<'name'>;
  readonly keyAge: Gauge<'namespace' | 'name'>;
  readonly nextRotation: Gauge<'namespace' | 'name'>;
  readonly driftCorrected: Counter<'kind'>;
  readonly poolAge: Gauge<'release' | 'pool'>;
  readonly #tenantCondition: Gauge<'namespace' | 'name' | 'condition' | 'status'>;
  readonly #queues: ReturnType<typeof buildQueueMetrics>;

  constructor(registry: Registry) {
    const registers = [registry];
    this.reconciles = new Counter({ name: 'controller_runtime_reconcile_total', help: 'Reconciles, by result', labelNames: ['controller', 'result'], registers });
    this.reconcileErrors = new Counter({ name: 'controller_runtime_reconcile_errors_total', help: 'Reconciles that failed', labelNames: ['controller'], registers });
    this.finalErrors = new Counter({ name: 'controller_runtime_terminal_reconcile_errors_total', help: 'Reconciles that failed and are not tried again before something changes', labelNames: ['controller'], registers });
    this.reconcileSeconds = new Histogram({ name: 'controller_runtime_reconcile_time_seconds', help: 'One reconcile', labelNames: ['controller'], buckets: SECONDS, registers });
    this.requests = new Counter({ name: 'rest_client_requests_total', help: 'Requests to the apiserver, by answer', labelNames: ['code', 'method', 'host'], registers });
    this.isLeader = new Gauge({ name: 'leader_election_master_status', help: '1 while this operator leads', labelNames: ['name'], registers });
    this.#tenantCondition = new Gauge({ name: 'scaiwave_tenant_condition', help: '1 for the status that a condition of a Tenant has; the other statuses have no series', labelNames: ['namespace', 'name', 'condition', 'status'], registers });
    this.keyAge = new Gauge({ name: 'scaiwave_signing_key_age_seconds', help: 'Age of the key that signs', labelNames: ['namespace', 'name'], registers });
    this.nextRotation = new Gauge({ name: 'scaiwave_signing_key_next_rotation_timestamp_seconds', help: 'When the next key signs', labelNames: ['namespace', 'name'], registers });
    this.driftCorrected = new Counter({ name: 'scaiwave_drift_corrected_total', help: 'Objects of ours that somebody had changed and that were put right', labelNames: ['kind'], registers });
    this.poolAge = new Gauge({ name: POOL_AGE_METRIC, help: 'Age of the oldest event of a pool that could go: peers that are down or held back do not count', labelNames: ['release', 'pool'], registers });
    this.#queues = buildQueueMetrics(registers);
  }

  /** One series for each condition, whatever it says: a large installation has many. @param status null: the condition is no more */
  setCondition(condition: { namespace: string; name: string; condition: string }, status: Condition['status'] | null): void {
    for (const each of STATUSES) if (each !== status) this.#tenantCondition.remove({ ...condition, status: each });
    if (status !== null) this.#tenantCondition.set({ ...condition, status }, 1);
  }

  observeQueue(name: string): WorkQueueObserver {
    const { depth, adds, retries, queueSeconds, workSeconds } = this.#queues;
    return {
      depth: (waiting) => depth.set({ name }, waiting),
      added: () => adds.inc({ name }),
      retried: () => retries.inc({ name }),
      waited: (ms) => queueSeconds.observe({ name }, ms / 1_000),
      worked: (ms) => workSeconds.observe({ name }, ms / 1_000),
    };
  }
}

function buildQueueMetrics(registers: Registry[]) {
  return {
    depth: new Gauge({ name: 'workqueue_depth', help: 'Keys that wait', labelNames: ['name'], registers }),
    adds: new Counter({ name: 'workqueue_adds_total', help: 'Keys added', labelNames: ['name'], registers }),
    retries: new Counter({ name: 'workqueue_retries_total', help: 'Keys added again after a failure', labelNames: ['name'], registers }),
    queueSeconds: new Histogram({ name: 'workqueue_queue_duration_seconds', help: 'From added to begun', labelNames: ['name'], buckets: SECONDS, registers }),
    workSeconds: new Histogram({ name: 'workqueue_work_duration_seconds', help: 'From begun to done', labelNames: ['name'], buckets: SECONDS, registers }),
  };
}
