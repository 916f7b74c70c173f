import { silentLogger } from '@scaiwave/telemetry';
import { until } from '@scaiwave/testing/until';
import { Registry } from 'prom-client';
import { OperatorMetrics } from '../operator-metrics.js';
import { Controller, type Reconciled } from './controller.js';
import { KubeError } from './kube-error.js';

describe('a controller', () => {
  let registry: Registry;
  let controller: Controller;
  let outcomes: (() => Reconciled)[];
  let planned: number[];
  let runs: (() => void)[];

  beforeEach(() => {
    registry = new Registry();
    [outcomes, planned, runs] = [[], [], []];
    controller = new Controller({
      name: 'thing', concurrency: 1, metrics: new OperatorMetrics(registry), logger: silentLogger(),
      reconcile: async () => (outcomes.shift() ?? (() => ({ requeueAfterMs: null })))(),
      schedule: (run, ms) => {
        planned.push(ms);
        runs.push(run);
        return () => undefined;
      },
    });
    controller.start();
  });
  afterEach(() => controller.stop());

  async function work(...wanted: (() => Reconciled)[]): Promise<void> {
    outcomes.push(...wanted);
    controller.queue.add('a');
    await until('it is done', () => controller.queue.isIdle);
  }
  const throws = (error: Error) => (): Reconciled => {
    throw error;
  };
  async function count(metric: string): Promise<object> {
    const { values } = await registry.getSingleMetric(metric)!.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.result ?? labels.controller ?? labels.name, value]));
  }

  test('what throws is tried again after a back-off, and counts as an error', async () => {
    await work(throws(new Error('no')));
    expect(planned).toEqual([expect.any(Number)]);
    expect(await count('controller_runtime_reconcile_total')).toEqual({ error: 1 });
    expect(await count('controller_runtime_reconcile_errors_total')).toEqual({ thing: 1 });
    expect(await count('workqueue_retries_total')).toEqual({ thing: 1 });
    runs[0]?.();
    await until('it is done', () => controller.queue.isIdle);
    expect(await count('controller_runtime_reconcile_total')).toEqual({ error: 1, success: 1 });
  });

  test('a conflict is tried again and is no error', async () => {
    await work(throws(new KubeError(409, 'Conflict', 'changed')));
    expect(planned).toHaveLength(1);
    expect(await count('controller_runtime_reconcile_total')).toEqual({ requeue: 1 });
    expect(await count('controller_runtime_reconcile_errors_total')).toEqual({});
  });

  test('what would be refused again is not tried again, until something changes', async () => {
    await work(throws(new KubeError(422, 'Invalid', 'no such field')));
    expect(planned).toEqual([]);
    expect(await count('controller_runtime_reconcile_errors_total')).toEqual({ thing: 1 });
    expect(await count('controller_runtime_terminal_reconcile_errors_total')).toEqual({ thing: 1 });
    await work();
    expect(await count('controller_runtime_reconcile_total')).toEqual({ error: 1, success: 1 });
  });

  test('a reconcile says when it wants to be called again', async () => {
    await work(() => ({ requeueAfterMs: 5_000 }));
    expect(planned).toEqual([5_000]);
    expect(await count('controller_runtime_reconcile_total')).toEqual({ requeue_after: 1 });
  });

  test('the time of reconciles and in the queue is measured, under the names of controller-runtime', async () => {
    await work();
    const text = await registry.metrics();
    for (const line of [
      'controller_runtime_reconcile_time_seconds_count{controller="thing"} 1', 'workqueue_adds_total{name="thing"} 1', 'workqueue_depth{name="thing"} 0',
      'workqueue_queue_duration_seconds_count{name="thing"} 1', 'workqueue_work_duration_seconds_count{name="thing"} 1',
    ]) expect(text).toContain(line);
  });
});
