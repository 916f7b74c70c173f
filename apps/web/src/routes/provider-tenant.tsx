import { Anchor, Button, Code, CopyButton, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import type { ProviderTenantDetails } from '../api/types.js';
import { Loaded } from '../components/loaded.js';
import { Rows, type Column } from '../components/rows.js';
import { Ago } from '../components/times.js';
import { Amount, Backlog, NextKey, ReadyBadge } from '../features/provider/tenant-cells.js';
import { useProviderTenant } from '../features/provider/use-provider.js';
import { errorSentence } from '../texts/errors.js';
import { providerTexts as t } from '../texts/en-provider.js';

type Condition = ProviderTenantDetails['conditions'][number];
type FailingPeer = ProviderTenantDetails['failing'][number];

export function ProviderTenantPage() {
  const { namespace = '', name = '' } = useParams();
  const tenant = useProviderTenant(namespace, name);
  return (
    <Stack>
      <Anchor component={Link} to="/provider" size="sm"><Group gap={4} component="span" display="inline-flex"><IconArrowLeft size={16} /> {t.back}</Group></Anchor>
      <Loaded query={tenant}>{(data) => <OneTenant tenant={data} />}</Loaded>
    </Stack>
  );
}

function OneTenant({ tenant }: { tenant: ProviderTenantDetails }) {
  return (
    <Stack>
      <Group gap="sm">
        <Title order={1} size="h4" className="sw-break">{tenant.namespace}/{tenant.name}</Title>
        <ReadyBadge ready={tenant.ready} />
        <Text size="sm" c="dimmed" className="sw-break">{tenant.server_name}</Text>
      </Group>
      {tenant.ready !== 'True' && <Text size="sm" className="sw-break"><b>{tenant.reason}</b> {tenant.message}</Text>}
      <Part title={t.facts}><Facts tenant={tenant} /></Part>
      <Part title={t.conditions}>
        {tenant.conditions.length === 0 ? <Text size="sm" c="dimmed">{t.noConditions}</Text> : <Rows label={t.conditions} columns={CONDITIONS} rows={tenant.conditions.toSorted((a, b) => ORDER[a.status] - ORDER[b.status])} keyOf={({ type }) => type} />}
      </Part>
      <Part title={t.peers}>
        {tenant.failing.length === 0 ? <Text size="sm" c="dimmed">{t.peersNone}</Text> : <Rows label={t.peers} columns={PEERS} rows={tenant.failing} keyOf={(peer) => peer.server_name} />}
      </Part>
      <Yaml text={tenant.yaml} />
    </Stack>
  );
}

function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <Paper withBorder p="md" radius="md" component="section" aria-label={title}>
      <Group mb="sm" justify="space-between">
        <Title order={2} size="h6">{title}</Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

function Facts({ tenant }: { tenant: ProviderTenantDetails }) {
  const { workers } = tenant;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 4 }} component="dl" m={0}>
      <Fact label={t.backlog}><Backlog tenant={tenant} /></Fact>
      <Fact label={t.failed}><Amount of={tenant.failed_24h} isBad /></Fact>
      <Fact label={t.failingPeers}><Amount of={tenant.failing_peers} isBad /></Fact>
      <Fact label={t.nextKey}><NextKey tenant={tenant} /></Fact>
      <Fact label={t.activeKey}>{tenant.active_key ?? t.none}</Fact>
      <Fact label={t.comingKey}>{tenant.next_key ?? t.none}</Fact>
      <Fact label={t.workers}>{workers ? t.workersText(workers.ready, workers.wanted, workers.mode) : t.none}</Fact>
      <Fact label={t.reported}><Ago at={tenant.reported_at} never="" /></Fact>
    </SimpleGrid>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">{label}</Text>
      <Text component="dd" m={0} size="sm" className="sw-break">{children}</Text>
    </div>
  );
}

const CONDITIONS: Column<Condition>[] = [
  { label: t.condition, minWidth: 150, cell: ({ type }) => <Text size="sm" fw={600}>{type}</Text> },
  { label: t.status, minWidth: 90, cell: ({ status }) => <ConditionStatus status={status} /> },
  { label: t.reason, minWidth: 150, cell: ({ reason }) => <span className="sw-break">{reason}</span> },
  { label: t.message, minWidth: 260, cell: ({ message }) => <span className="sw-break">{message || t.none}</span> },
  { label: t.changed, minWidth: 110, cell: ({ last_transition_at: at }) => <Ago at={at} never="" /> },
];

/** What is wrong comes first. */
const ORDER = { False: 0, Unknown: 1, True: 2 } as const;

/** As Kubernetes says it; True is good, whichever condition it is. */
function ConditionStatus({ status }: Pick<Condition, 'status'>) {
  return <Text span size="sm" fw={600} c={status === 'False' ? 'red' : undefined}>{status}</Text>;
}

const PEERS: Column<FailingPeer>[] = [
  { label: t.server, minWidth: 180, cell: (peer) => <Text size="sm" fw={600} className="sw-break">{peer.server_name}</Text> },
  { label: t.changed, minWidth: 110, cell: ({ since }) => <Ago at={since} never={t.none} /> },
  { label: t.message, minWidth: 260, cell: ({ code }) => (code === null ? t.none : <>{errorSentence(code)} <Text span size="xs" c="dimmed" className="sw-break">{code}</Text></>) },
];

function Yaml({ text }: { text: string }) {
  const copy = (
    <CopyButton value={text} timeout={2_000}>
      {({ copied, copy: run }) => (
        <Button size="xs" variant="default" leftSection={copied ? <IconCheck size={16} /> : <IconCopy size={16} />} onClick={run}>{copied ? t.copied : t.copy}</Button>
      )}
    </CopyButton>
  );
  return (
    <Part title={t.yaml} aside={copy}>
      <Text size="xs" c="dimmed" mb="xs">{t.yamlHint}</Text>
      <Code block tabIndex={0} role="region" aria-label={t.yaml} style={{ overflowX: 'auto' }}>{text}</Code>
    </Part>
  );
}
