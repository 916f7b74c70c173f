import { readFileSync } from 'node:fs';
import { apiFields, operatorFields, parseApiConfig, parseOperatorConfig, parseWorkerConfig, workerFields } from '@scaiwave/config';
import { Helm } from '@scaiwave/testing';
import { CHART, findHelm, FOREIGN, parseRendered, render, workloadsOf, type Rendered, type Workload } from './rendered.js';

const found = findHelm();
const describeWithHelm = found.path === null ? describe.skip : describe;
const why = found.path === null ? ` (${found.reason})` : '';

const PODS = ['Deployment scaiwave-api', 'Deployment scaiwave-operator', 'Job scaiwave-migration', 'Pod scaiwave-test', 'workers'];
const SERVERS = ['Deployment scaiwave-api', 'Deployment scaiwave-operator', 'workers'];
const WITH_TOKEN = ['Deployment scaiwave-operator'];
const EVERYTHING = { api: { autoscaling: { enabled: true } }, trustedCA: { existingSecret: 'authorities' }, image: { pullSecrets: [{ name: 'registry' }] } };

/** What every pod of the chart is held to: name → what is found and what is wanted. */
const DEMANDS: Record<string, (workload: Workload) => [found: unknown, wanted: unknown]> = {
  'runs as somebody who is not root': ({ pod }) => [pod.securityContext, expect.objectContaining({ runAsNonRoot: true, runAsUser: 65_532, runAsGroup: 65_532, seccompProfile: { type: 'RuntimeDefault' } })],
  'can do nothing more than that': ({ pod }) => [pod.containers.map((each: any) => each.securityContext), [{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }]],
  'shares nothing with its node': ({ pod }) => [[pod.hostNetwork, pod.hostPID, pod.hostIPC, (pod.volumes ?? []).some((volume: any) => volume.hostPath)], [undefined, undefined, undefined, false]],
  'has a memory limit and says what it needs': ({ pod }) => [pod.containers[0].resources, { requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } }],
  'has a token of the apiserver only where it speaks to it': ({ name, pod }) => [pod.automountServiceAccountToken, WITH_TOKEN.includes(name)],
  'has an account of its own': ({ name, pod }) => [pod.serviceAccountName, name.startsWith('Pod') || name === 'workers' ? undefined : expect.stringMatching(/^scaiwave-(api|operator|worker|migration)$/)],
  'is the one image, with a role': ({ pod }) => [pod.containers.map(({ image, args }: any) => [image, args[0]]), [['scaiwave:0.1.0', expect.stringMatching(/^(api|worker|operator|migrate|probe)$/)]]],
  'is pulled with the Secret that is named': ({ pod }) => [pod.imagePullSecrets, [{ name: 'registry' }]],
  'bears no version in its labels, unless it is made anew each time': ({ name, labels }) => [Object.keys(labels).toSorted(), ['app.kubernetes.io/component', 'app.kubernetes.io/instance', 'app.kubernetes.io/name', ...(name.startsWith('Pod') ? ['app.kubernetes.io/managed-by', 'app.kubernetes.io/version', 'helm.sh/chart'] : [])].toSorted()],
};
const OF_SERVERS: typeof DEMANDS = {
  'says whether it lives and whether it is ready': ({ pod }) => [['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe) => pod.containers[0][probe].httpGet), [{ path: '/healthz', port: 'health' }, { path: '/healthz', port: 'health' }, { path: '/readyz', port: 'health' }]],
  'is spread over nodes, its own kind only': ({ labels, pod }) => [pod.topologySpreadConstraints.map((each: any) => each.labelSelector.matchLabels), [labels]],
  'trusts the authorities that are named': ({ pod }) => [[pod.containers[0].env.find((env: any) => env.name === 'NODE_EXTRA_CA_CERTS')?.value, pod.containers[0].volumeMounts.map((mount: any) => mount.mountPath)], ['/etc/scaiwave/trusted-ca/ca.crt', expect.arrayContaining(['/etc/scaiwave/trusted-ca'])]],
};

describeWithHelm(`the chart${why}`, () => {
  let helm: Helm;
  let text: string;
  let objects: Rendered[];
  beforeAll(async () => {
    helm = new Helm(found.path ?? '');
    text = await render(helm, EVERYTHING);
    objects = parseRendered(text);
  });
  afterAll(() => helm.close());

  const of = (kind: string): Rendered[] => objects.filter((object) => object.kind === kind);
  const one = (kind: string, name: string): Rendered => objects.find((object) => object.kind === kind && object.metadata.name === name)!;
  const workload = (name: string): Workload => workloadsOf(objects).find((each) => each.name === name)!;
  const envOf = (name: string): any[] => workload(name).pod.containers[0].env;

  test('pleases helm lint, strictly', async () => {
    expect(await helm.run('lint', '--strict', CHART)).toContain('0 chart(s) failed');
  });

  test('is the same, byte for byte, when it is rendered again', async () => {
    expect(await render(helm, EVERYTHING)).toBe(text);
  });

  test('has these pods and no other', () => {
    expect(workloadsOf(objects).map(({ name }) => name).toSorted()).toEqual(PODS);
  });

  test.each(PODS.flatMap((name) => Object.keys(DEMANDS).map((demand) => [name, demand])))('%s %s', (name, demand) => {
    const [actual, wanted] = DEMANDS[demand]!(workload(name));
    expect(actual).toEqual(wanted);
  });

  test.each(SERVERS.flatMap((name) => Object.keys(OF_SERVERS).map((demand) => [name, demand])))('%s %s', (name, demand) => {
    const [actual, wanted] = OF_SERVERS[demand]!(workload(name));
    expect(actual).toEqual(wanted);
  });

  test('the settings that it gives are settings that the programs have, and all that they need', () => {
    const sample = (env: any[]): Record<string, string> => Object.fromEntries(env.map(({ name, value }) => [name, value ?? (name === 'REDIS_URL' ? 'redis://redis:6379' : name.endsWith('URL') ? 'postgresql://u:p@db:5432/d' : 'pod-1')]));
    const names = (name: string): string[] => envOf(name).map((env) => env.name).filter((each) => each !== 'NODE_EXTRA_CA_CERTS');
    expect(names('Deployment scaiwave-api').filter((name) => !(name in apiFields))).toEqual([]);
    expect(names('Deployment scaiwave-operator').filter((name) => !(name in operatorFields))).toEqual([]);
    expect(names('workers').filter((name) => !(name in workerFields))).toEqual([]);
    expect(parseApiConfig(sample(envOf('Deployment scaiwave-api'))).config).toMatchObject({ httpPort: 8080, healthPort: 9090, httpHost: '0.0.0.0', publicScheme: 'https', trustedProxies: 1 });
    expect(parseOperatorConfig(sample(envOf('Deployment scaiwave-operator'))).config).toMatchObject({ releaseName: 'scaiwave', leaseName: 'scaiwave-operator', apiService: 'scaiwave-api', apiServicePort: 80, workerReplicas: 2, rolloutsAtOnce: 5, statusIntervalMs: 30_000 });
    // The operator adds the keyring.
    expect(parseWorkerConfig({ ...sample(envOf('workers')), KEYRING_DIR: '/keys' }).config).toMatchObject({ pool: 'shared', concurrency: 16, healthHost: '0.0.0.0' });
  });

  test('no Secret is made; those that are used are the ones that are named', () => {
    expect(of('Secret')).toEqual([]);
    const used = [...text.matchAll(/secretKeyRef"?: ?\{?\s*"?(?:key"?: "?(\S+?)"?,?\s+"?name"?|name): "?([\w-]+)/g)].map(([, , name]) => name);
    expect(new Set(used)).toEqual(new Set(['scaiwave-postgres', 'scaiwave-redis']));
    const owners = workloadsOf(objects).filter(({ pod }) => JSON.stringify(pod).includes('databaseOwnerUrl')).map(({ name }) => name);
    expect(owners).toEqual(['Job scaiwave-migration']);
  });

  test('every Service and NetworkPolicy chooses the pods of one kind', () => {
    const chosen = (selector: Record<string, string>): string[] => workloadsOf(objects).filter(({ labels }) => Object.entries(selector).every(([label, value]) => labels[label] === value)).map(({ name }) => name);
    for (const { spec, metadata } of of('Service')) expect([metadata.name, chosen(spec.selector)]).toEqual([metadata.name, [expect.stringMatching(new RegExp(`${metadata.name.replace('scaiwave-', '')}s?$`))]]);
    for (const { spec, metadata } of [...of('NetworkPolicy'), ...of('PodDisruptionBudget')]) {
      expect([metadata.name, chosen((spec.podSelector ?? spec.selector).matchLabels)]).toEqual([metadata.name, [expect.stringMatching(new RegExp(`${metadata.name.replace('scaiwave-', '')}s?$`))]]);
    }
  });

  test('who may connect where: each only to what it needs', () => {
    const egress = Object.fromEntries(of('NetworkPolicy').map(({ metadata, spec }) => [metadata.name, spec.egress.flatMap(({ ports }: any) => ports.map(({ port }: any) => port)).toSorted((a: number, b: number) => a - b)]));
    expect(egress).toEqual({
      'scaiwave-api': [53, 53, 443, 5432, 6379], 'scaiwave-worker': [53, 53, 443, 5432, 6379], 'scaiwave-operator': [53, 53, 443, 5432, 6443], 'scaiwave-migration': [53, 53, 5432],
    });
    for (const { spec } of of('NetworkPolicy')) expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
    for (const name of ['scaiwave-api', 'scaiwave-worker']) {
      const [https] = one('NetworkPolicy', name).spec.egress.filter(({ ports }: any) => ports[0].port === 443);
      expect(https.to.map(({ ipBlock }: any) => ipBlock.except.length > 0)).toEqual([true, true]);
    }
    const open = of('NetworkPolicy').filter(({ spec }) => (spec.ingress ?? []).some(({ from }: any) => from === undefined)).map(({ metadata }) => metadata.name);
    expect(open).toEqual(['scaiwave-api']);
  });

  test('the operator may do what is listed, without wildcards, and escalate nothing', () => {
    const rules = [...of('ClusterRole'), ...of('Role')].flatMap((role) => role.rules ?? []);
    expect(rules.flatMap(({ apiGroups, resources, verbs }) => [...apiGroups, ...resources, ...verbs]).filter((word) => word.includes('*') || ['escalate', 'bind', 'impersonate'].includes(word))).toEqual([]);
    const bound = of('ClusterRoleBinding').concat(of('RoleBinding')) as unknown as { roleRef: { name: string }; subjects: { name: string }[] }[];
    expect(bound.map(({ roleRef, subjects }) => [roleRef.name, subjects.map(({ name }) => name)])).toEqual([['scaiwave-operator', ['scaiwave-operator']], ['scaiwave-operator', ['scaiwave-operator']]]);
  });

  test('the migration and all that it needs come before the release', () => {
    const hooks = objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === 'pre-install,pre-upgrade');
    expect(hooks.map(({ kind, metadata }) => [kind, metadata.annotations?.['helm.sh/hook-weight']])).toEqual([['NetworkPolicy', '-10'], ['ServiceAccount', '-10'], ['Job', '0']]);
  });

  test('the CRDs are those of /crds, and stay when the release goes', async () => {
    for (const plural of ['tenants', 'peers']) {
      const [source] = parseRendered(readFileSync(`${CHART}/../../crds/${plural}.federation.scaiwave.io.yaml`, 'utf8'));
      expect(one('CustomResourceDefinition', `${plural}.federation.scaiwave.io`)).toEqual({ ...source, metadata: { ...source!.metadata, annotations: { 'helm.sh/resource-policy': 'keep' } } });
    }
    expect((await render(helm, { crds: { keep: false } })).includes('resource-policy')).toBe(false);
    expect((await render(helm, { crds: { enabled: false } })).includes('kind: CustomResourceDefinition')).toBe(false);
  });

  test('kinds of other projects are made only where the cluster knows them', async () => {
    const kinds = async (values: object, apis: string[]): Promise<string[]> => parseRendered(await render(helm, values, apis)).filter(({ apiVersion }) => FOREIGN.includes(apiVersion)).map(({ kind }) => kind).toSorted();
    expect(await kinds({}, [])).toEqual([]);
    expect(await kinds({ api: { autoscaling: { enabled: true, provider: 'Keda' } } }, FOREIGN)).toEqual(['PrometheusRule', 'ScaledObject', 'ServiceMonitor', 'ServiceMonitor', 'ServiceMonitor']);
    const without = await helm.try('template', 'x', CHART, '-f', helm.values({ api: { autoscaling: { enabled: true, provider: 'Keda' } } }));
    expect([without.code, without.stderr]).toEqual([1, expect.stringContaining('Install KEDA first, or set the provider HPA.')]);
  });

  test('the provider’s view is let in at its host as tenants are, and only where it is whole', async () => {
    const provider = { host: 'fleet.example:8443', oidc: { issuer: 'https://id.example', clientId: 'fleet' }, roles: ['ops', 'on-call'] };
    const rendered = async (exposure: object, more: object = {}) => parseRendered(await render(helm, { provider: { ...provider, ...more }, exposure }, [...FOREIGN, 'cert-manager.io/v1', 'gateway.networking.k8s.io/v1']));
    const named = (all: Rendered[]) => all.filter(({ metadata }) => metadata.name === 'scaiwave-provider').map(({ kind, spec }) => [kind, spec]);
    const api = workloadsOf(await rendered({})).find(({ name }) => name === 'Deployment scaiwave-api')!;
    const env = Object.fromEntries(api.pod.containers[0].env.map(({ name, value }: any) => [name, value ?? 'postgresql://x@x:5/x']));
    expect(parseApiConfig({ ...env, REDIS_URL: 'redis://x' }).config.provider).toEqual({ host: 'fleet.example:8443', issuer: 'https://id.example', clientId: 'fleet', secretFile: null, roles: ['ops', 'on-call'] });
    const pod = workloadsOf(await rendered({}, { oidc: { ...provider.oidc, existingSecret: 'fleet-oidc' } })).find(({ name }) => name === 'Deployment scaiwave-api')!.pod;
    const { mountPath } = pod.containers[0].volumeMounts.find(({ name }: any) => name === 'provider-oidc');
    expect(pod.containers[0].env).toContainEqual({ name: 'PROVIDER_OIDC_SECRET_FILE', value: `${mountPath}/clientSecret` });
    expect(pod.volumes).toContainEqual({ name: 'provider-oidc', secret: { secretName: 'fleet-oidc', optional: true, defaultMode: 288 } });
    expect(named(await rendered({ type: 'None' }))).toEqual([]);
    expect(named(objects)).toEqual([]);
    const backend = { service: { name: 'scaiwave-api', port: { number: 80 } } };
    const rules = [{ host: 'fleet.example', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
    expect(named(await rendered({ type: 'Ingress', className: 'nginx' }))).toEqual([['Ingress', { ingressClassName: 'nginx', rules }]]);
    expect(named(await rendered({ type: 'Ingress', issuer: { name: 'letsencrypt' } })).toSorted()).toEqual([
      ['Certificate', { secretName: 'scaiwave-provider-tls', dnsNames: ['fleet.example'], issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'letsencrypt' } }],
      ['Ingress', { tls: [{ hosts: ['fleet.example'], secretName: 'scaiwave-provider-tls' }], rules }],
    ]);
    expect(named(await rendered({ type: 'Ingress', issuer: { name: 'letsencrypt' } }, { tlsSecret: 'own' }))).toEqual([['Ingress', { tls: [{ hosts: ['fleet.example'], secretName: 'own' }], rules }]]);
    expect(named(await rendered({ type: 'HTTPRoute', gateway: { name: 'public', namespace: 'edge' } }))).toEqual([['HTTPRoute', expect.objectContaining({ hostnames: ['fleet.example'], parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public', namespace: 'edge' }] })]]);
    const half = await helm.try('template', 'x', CHART, '--set', 'provider.host=fleet.example');
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining('provider.oidc.issuer')]);
    const unrouted = await helm.try('template', 'x', CHART, '-f', helm.values({ provider, exposure: { type: 'HTTPRoute' } }));
    expect([unrouted.code, unrouted.stderr]).toEqual([1, expect.stringContaining('exposure.gateway.name')]);
  });

  test('the number of API pods is left to the autoscaler where there is one', async () => {
    expect('replicas' in one('Deployment', 'scaiwave-api').spec).toBe(false);
    expect(one('HorizontalPodAutoscaler', 'scaiwave-api').spec.scaleTargetRef.name).toBe('scaiwave-api');
    expect(parseRendered(await render(helm)).find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'scaiwave-api')?.spec.replicas).toBe(2);
    const crossed = await helm.try('template', 'x', CHART, '--set', 'api.autoscaling.enabled=true,api.autoscaling.minReplicas=11');
    expect([crossed.code, crossed.stderr]).toEqual([1, expect.stringContaining('api.autoscaling.minReplicas is more than api.autoscaling.maxReplicas')]);
  });

  test('the rules and the dashboard are the files, and runbooks are linked where you keep them', async () => {
    const [file] = parseRendered(readFileSync(`${CHART}/files/rules.yaml`, 'utf8'));
    expect(of('PrometheusRule')[0]?.spec).toEqual(file);
    expect(JSON.parse(one('ConfigMap', 'scaiwave-dashboard').data?.['scaiwave.json'] ?? '')).toEqual(JSON.parse(readFileSync(`${CHART}/files/dashboard.json`, 'utf8')));
    const elsewhere = await render(helm, { monitoring: { prometheusRule: { runbookBase: 'https://wiki.example/scaiwave/' } } });
    expect(elsewhere).toContain('runbook_url: https://wiki.example/scaiwave/operating/runbooks/ScaiWavePeerUnreachable.md');
    expect(elsewhere).not.toContain('runbook_url: docs/');
  });

  test.each([
    ['a name at the top', 'replicaCount=2', "additional properties 'replicaCount' not allowed"],
    ['a name deep inside', 'api.autoscaling.maxReplica=2', "additional properties 'maxReplica' not allowed"],
    ['a number as a word', 'api.replicas=two', 'got string, want integer'],
    ['a word that is not one of those that are possible', 'logLevel=loud', "value must be one of 'debug', 'info', 'warn', 'error', 'silent'"],
    ['a resource that is neither requested nor limited', 'workers.resources.limit.cpu=1', "additional properties 'limit' not allowed"],
  ])('%s is refused, with its place', async (_what, set, sentence) => {
    const { code, stderr } = await helm.try('template', 'x', CHART, '--set', set);
    expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
  });

  test('every closed part of the schema refuses what it does not know, and every value has a description', () => {
    const schema = JSON.parse(readFileSync(`${CHART}/values.schema.json`, 'utf8'));
    const problems: string[] = [];
    const visit = (node: any, path: string): void => {
      for (const [name, value] of Object.entries<any>(node.properties ?? {})) {
        if (typeof value.description !== 'string') problems.push(`${path}${name} has no description`);
        if (value.properties !== undefined && value.additionalProperties !== false) problems.push(`${path}${name} is open`);
        if (value.type === 'object' && value.description !== undefined && value.properties !== undefined && !name.endsWith('resources')) visit(value, `${path}${name}.`);
      }
    };
    visit(schema, '');
    expect([schema.additionalProperties, problems]).toEqual([false, []]);
  });
});
