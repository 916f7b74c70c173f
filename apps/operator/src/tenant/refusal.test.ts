import { KubeError } from '../kube/kube-error.js';
import { orRefused, StepRefused } from './refusal.js';

const refusedWith = async (error: Error): Promise<unknown> => orRefused('Exposed', Promise.reject(error)).catch((refused: unknown) => (refused instanceof StepRefused ? refused.finding : refused));

test.each([
  ['Forbidden', 403, 'Forbidden', 'ingresses.networking.k8s.io is forbidden: User "x" cannot create resource "ingresses"'],
  ['QuotaExceeded', 403, 'Forbidden', 'secrets "a" is forbidden: exceeded quota: small'],
  ['RefusedByApiserver', 422, 'Invalid', 'Ingress "a" is invalid: spec.rules[0].host'],
])('%s is told in the condition of the step, in the apiserver’s own words', async (reason, status, kubeReason, message) => {
  expect(await refusedWith(new KubeError(status, kubeReason, message))).toMatchObject({ type: 'Exposed', status: 'False', reason, message: expect.stringContaining(message) });
});

test.each([['a conflict', new KubeError(409, 'Conflict', 'the object has been modified')], ['an apiserver that is away', new KubeError(503, 'ServiceUnavailable', 'away')], ['anything else', new TypeError('x')]])('%s is no refusal', async (_what, error) => {
  expect(await refusedWith(error)).toBe(error);
});
