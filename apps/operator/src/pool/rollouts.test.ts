import { ANNOTATIONS, type Deployment } from '../kinds.js';
import { isRelease, isRolling, templateHash } from './rollouts.js';

const progress = (reason: string, status = 'True') => ({ conditions: [{ type: 'Progressing', status, reason }] });
const deployment = (status: Deployment['status'], template = 'a'): Deployment => ({
  apiVersion: '', kind: 'Deployment', metadata: { name: 'w', generation: 2, annotations: { [ANNOTATIONS.template]: template } }, spec: { selector: { matchLabels: {} }, template: { spec: { containers: [] } } }, ...(status && { status }),
});

test.each<[string, Deployment['status'], boolean]>([
  ['that nobody has seen yet', undefined, true],
  ['whose change nobody has seen yet', { observedGeneration: 1, ...progress('NewReplicaSetAvailable') }, true],
  ['with new pods on their way', { observedGeneration: 2, ...progress('ReplicaSetUpdated') }, true],
  ['that has all of them', { observedGeneration: 2, ...progress('NewReplicaSetAvailable') }, false],
  ['that has run out of time', { observedGeneration: 2, ...progress('ProgressDeadlineExceeded', 'False') }, false],
  ['that is paused, or has never had pods', { observedGeneration: 2 }, false],
])('a Deployment %s', (_what, status, expected) => {
  expect(isRolling(deployment(status))).toBe(expected);
});

test('who wants no pods waits for no turn', () => {
  const none = deployment({}, 'b');
  none.spec.replicas = 0;
  expect(isRelease(none, deployment({}))).toBe(false);
});

test('only another template of the chart is a turn to wait for: not a first Deployment, not what a tenant changes', () => {
  expect([isRelease(deployment({}), null), isRelease(deployment({}), deployment({})), isRelease(deployment({}, 'b'), deployment({}))]).toEqual([false, false, true]);
  expect(templateHash({ spec: { containers: [{ name: 'a' }] } })).not.toBe(templateHash({ spec: { containers: [{ name: 'b' }] } }));
});
