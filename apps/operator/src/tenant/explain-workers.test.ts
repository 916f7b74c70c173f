import type { Pod } from '../child-kinds.js';
import type { Deployment } from '../kinds.js';
import { explainWorkers } from './explain-workers.js';

type Conditions = NonNullable<NonNullable<Deployment['status']>['conditions']>;
const deployment = (conditions: Conditions = []): Deployment => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'w' }, spec: { selector: { matchLabels: {} }, template: { spec: { containers: [] } } }, status: { conditions },
});
const pod = (status: Pod['status']): Pod => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'w-1' }, status });
const waiting = (reason: string, message = '', exitCode?: number): Pod => pod({
  containerStatuses: [{ name: 'worker', state: { waiting: { reason, message } }, ...(exitCode !== undefined && { lastState: { terminated: { exitCode, message: 'no\n  database' } } }) }],
});

test.each<[string, Conditions, Pod[], object]>([
  ['nothing yet', [], [], { reason: 'Progressing' }],
  ['quota', [{ type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: q' }], [], { reason: 'QuotaExceeded', message: expect.stringContaining('exceeded quota: q') }],
  ['forbidden otherwise', [{ type: 'ReplicaFailure', status: 'True', message: 'violates PodSecurity' }], [], { reason: 'ReplicaFailure' }],
  ['an image that is not there', [], [waiting('ImagePullBackOff', 'Back-off pulling image "x:1"')], { reason: 'ImageNotPulled', message: expect.stringContaining('"x:1"') }],
  ['the first try to pull it', [], [waiting('ErrImagePull')], { reason: 'ImageNotPulled' }],
  ['a crash', [], [waiting('CrashLoopBackOff', 'back-off 10s', 1)], { reason: 'CrashLooping', message: expect.stringMatching(/pod w-1.*back-off 10s; it ended with 1: no database$/) }],
  ['a Secret that is missing', [], [waiting('CreateContainerConfigError', 'secret "backends" not found')], { reason: 'ConfigMissing', message: expect.stringContaining('backends') }],
  ['a node that cannot begin', [], [waiting('RunContainerError', 'no space left')], { reason: 'NotRun', message: expect.stringContaining('no space left') }],
  ['no node', [], [pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/3 nodes' }] })], { reason: 'Unschedulable', message: expect.stringContaining('0/3 nodes') }],
  ['a pod that is only starting', [], [waiting('ContainerCreating')], { reason: 'Progressing' }],
  ['of two pods the one in trouble', [], [waiting('ContainerCreating'), waiting('CrashLoopBackOff')], { reason: 'CrashLooping' }],
  ['a rollout that took too long', [{ type: 'Progressing', status: 'False', message: 'has timed out.' }], [], { reason: 'NotStarting', message: expect.stringContaining('has timed out.') }],
])('%s', (_what, conditions, pods, expected) => {
  expect(explainWorkers(deployment(conditions), pods)).toMatchObject(expected);
});
