import { Badge, Code, Group, Loader, Paper, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { ServerCheck } from '../../api/types.js';
import { errorSentence } from '../../texts/errors.js';
import { texts } from '../../texts/en.js';
import { useServerCheck } from './use-invitations.js';

/** What our server knows of the other one before anything is sent: reachable, accepted, its key. */
export function ServerState({ serverName }: { serverName: string }) {
  const [settled] = useDebouncedValue(serverName, 400);
  const check = useServerCheck(settled === serverName ? serverName : null);
  if (check.error) return <Text size="xs" c="dimmed">{texts.invite.checkFailed}</Text>;
  if (!check.data) {
    return <Group gap="xs" role="status"><Loader size={14} /><Text size="xs" c="dimmed">{texts.invite.checking(serverName)}</Text></Group>;
  }
  return <Paper withBorder p="sm" role="status"><Checked check={check.data} /></Paper>;
}

function reachability(check: ServerCheck) {
  if (check.reachable === null) return { color: 'gray', label: texts.invite.notAsked };
  return check.reachable ? { color: 'teal', label: texts.invite.reachable } : { color: 'yellow', label: texts.invite.notReachable };
}

function keyText(check: ServerCheck): string {
  if (!check.fingerprint) return texts.invite.noFingerprint;
  if (check.known) return texts.invite.fingerprintKnown;
  return check.accepted ? texts.invite.fingerprintNew : texts.invite.fingerprintSeen;
}

function Checked({ check }: { check: ServerCheck }) {
  const reach = reachability(check);
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600} className="sw-break">{check.server_name}</Text>
      <Group gap={6}>
        <Badge variant="light" color={reach.color} tt="none">{reach.label}</Badge>
        <Badge variant="light" color={check.accepted ? 'teal' : 'red'} tt="none">{check.accepted ? texts.invite.accepted : texts.invite.notAccepted}</Badge>
        <Badge variant="light" color="gray" tt="none">{keyText(check)}</Badge>
      </Group>
      {check.fingerprint && <Code fz={11} className="sw-break">{check.fingerprint}</Code>}
      {check.code && <Text size="xs" c="dimmed">{errorSentence(check.code)} ({check.code})</Text>}
    </Stack>
  );
}
