import { Badge, Button, Group, Loader, Paper, Table, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Peer, TheirView } from '../../api/types.js';
import { ErrorProblem } from '../../components/problem.js';
import { Ago } from '../../components/times.js';
import { adminTexts } from '../../texts/en-admin.js';
import { errorSentence } from '../../texts/errors.js';
import { LastError } from './peer-state.js';
import { useTheirView } from './use-peer.js';

const t = adminTexts.peers;
/** Requests with a time further off than this are refused. */
const REFUSED_FROM_MS = 300_000;

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th fw={500} c="dimmed" w={140} scope="row" style={{ verticalAlign: 'top' }}>{label}</Table.Th>
      <Table.Td className="sw-break">{children}</Table.Td>
    </Table.Tr>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title}>
      <Group justify="space-between" mb="xs" gap="xs" mih={26}>
        <Title order={3} size="h6">{title}</Title>
        {aside}
      </Group>
      {children}
    </Paper>
  );
}

export function AcceptedBadge({ peer }: { peer: Peer }) {
  return <Badge variant="light" color={peer.policy.accepted ? 'teal' : 'red'} tt="none">{peer.policy.accepted ? t.accepted : t.notAccepted}</Badge>;
}

/** What this server knows by itself. */
export function OurView({ peer }: { peer: Peer }) {
  return (
    <Section title={t.ourView}>
      <Table horizontalSpacing={0}>
        <Table.Tbody>
          <Fact label={t.lastSeen}><Ago at={peer.last_seen} never={t.never} /></Fact>
          <Fact label={t.lastSuccess}><Ago at={peer.last_success} never={t.never} /></Fact>
          <Fact label={t.lastError}><LastError peer={peer} /></Fact>
          {peer.failing_since && <Fact label={t.failingSince}><Ago at={peer.failing_since} never="" /></Fact>}
          {peer.next_attempt_at && peer.failing_since && <Fact label={t.nextAttempt}><Ago at={peer.next_attempt_at} never="" /></Fact>}
          {peer.attempts > 0 && <Fact label={t.attempts}>{peer.attempts}</Fact>}
          <Fact label={t.backlog}>{peer.backlog}</Fact>
          {peer.oldest_pending_at && <Fact label={t.oldestPending}><Ago at={peer.oldest_pending_at} never="" /></Fact>}
          <Fact label={t.sharedRooms}>{peer.shared_rooms}</Fact>
          {peer.shared_rooms > 0 && <Fact label={t.inSync}><Ago at={peer.in_sync_at} never={t.notProven} /></Fact>}
          <Fact label={t.declaredBy}>{t.declared[peer.declared_by ?? 'none']}{peer.declared_in !== null && ` (Peer ${peer.declared_in})`}</Fact>
          {peer.policy.rule && <Fact label={t.policy}>{t.rule(peer.policy.rule)}</Fact>}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

/** What the other server says when it is asked. */
export function TheirSide({ serverName }: { serverName: string }) {
  const view = useTheirView(serverName);
  const again = <Button size="compact-xs" variant="default" loading={view.isFetching && !view.isPending} onClick={() => void view.refetch()}>{t.askAgain}</Button>;
  return (
    <Section title={t.theirView(serverName)} aside={!view.isPending && again}>
      {view.isPending && <Group gap="xs" role="status"><Loader size="xs" /><Text size="sm" c="dimmed">{t.asking(serverName)}</Text></Group>}
      {view.error && !view.data && <ErrorProblem error={view.error} />}
      {view.data && <Told serverName={serverName} view={view.data} />}
    </Section>
  );
}

function Told({ serverName, view }: { serverName: string; view: TheirView }) {
  if (!view.is_answered) {
    return (
      <>
        <Text size="sm">{t.notAnswered(serverName)}</Text>
        <Text size="sm" c="dimmed" className="sw-break">{errorSentence(view.code)} ({view.code})</Text>
      </>
    );
  }
  const error = view.last_error;
  return (
    <Table horizontalSpacing={0}>
      <Table.Tbody>
        <Fact label={t.lastSeenByThem}><Ago at={view.last_seen} never={t.never} /></Fact>
        <Fact label={t.theirError}>
          {error ? <>{error.message || errorSentence(error.code)} <Text size="xs" c="dimmed">{error.code}{error.at && <> · <Ago at={error.at} never="" /></>}</Text></> : <Text span inherit c="dimmed">{t.none}</Text>}
        </Fact>
        <Fact label={t.clock}><Clock aheadMs={view.clock_ahead_ms} /></Fact>
      </Table.Tbody>
    </Table>
  );
}

function Clock({ aheadMs }: { aheadMs: number }) {
  const seconds = (Math.abs(aheadMs) / 1_000).toFixed(1);
  if (Math.abs(aheadMs) < 1_000) return t.clockOk;
  return (
    <>
      {aheadMs > 0 ? t.clockAhead(seconds) : t.clockBehind(seconds)}
      {Math.abs(aheadMs) > REFUSED_FROM_MS && <Text size="xs" c="red">{t.clockBad}</Text>}
    </>
  );
}
