import type { PodTemplate } from '../kinds.js';
import { mergePodTemplate, type TenantPodTemplate } from './merge-pod-template.js';

const CHART: PodTemplate = {
  metadata: { labels: { tier: 'worker' }, annotations: { note: 'chart' } },
  spec: { containers: [{ name: 'worker' }], securityContext: { runAsNonRoot: true }, nodeSelector: { zone: 'a' }, tolerations: [{ key: 'chart' }] },
};

test.each<[string, TenantPodTemplate, object]>([
  ['says nothing', {}, { metadata: CHART.metadata, spec: CHART.spec }],
  ['adds labels', { labels: { team: 'x' } }, { metadata: { labels: { team: 'x', tier: 'worker' } } }],
  ['does not change the chart’s labels', { labels: { tier: 'api' }, annotations: { note: 'mine' } }, { metadata: { labels: { tier: 'worker' }, annotations: { note: 'chart' } } }],
  ['chooses nodes beside the chart', { nodeSelector: { disk: 'fast', zone: 'b' } }, { spec: { nodeSelector: { disk: 'fast', zone: 'a' } } }],
  ['tolerates more', { tolerations: [{ key: 'mine' }] }, { spec: { tolerations: [{ key: 'chart' }, { key: 'mine' }] } }],
  ['has a priority and affinity', { priorityClassName: 'high', affinity: { nodeAffinity: {} } }, { spec: { priorityClassName: 'high', affinity: { nodeAffinity: {} }, securityContext: { runAsNonRoot: true } } }],
])('a tenant that %s', (_what, said, expected) => {
  expect(mergePodTemplate(CHART, said)).toMatchObject(expected);
});

test.each(['app', 'app.kubernetes.io/name', 'helm.sh/chart', 'federation.scaiwave.io/pool', 'pod-template-hash.k8s.io/x'])('the label %s, by which others find their pods, is no tenant’s to set', (label) => {
  expect(mergePodTemplate(CHART, { labels: { [label]: 'api' }, annotations: { [label]: 'x' } })).toEqual({ ...CHART, spec: CHART.spec });
});

test('fields that the CRD does not know, should they ever come, are not taken over', () => {
  const said = { hostNetwork: true, serviceAccountName: 'admin', containers: [] } as TenantPodTemplate;
  expect(mergePodTemplate(CHART, said).spec).toEqual(CHART.spec);
});
