import { Alert, Badge, Button, Code, Group, Paper, Stack, Text, Tooltip } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { SigningKey, SigningKeys } from '../../api/types.js';
import { Confirm } from '../../components/confirm.js';
import { Empty } from '../../components/loaded.js';
import { fullText } from '../../components/times.js';
import { adminTexts } from '../../texts/en-admin.js';
import { useRotateKeys } from './use-signing-keys.js';

const COLORS: Record<SigningKey['state'], string> = { next: 'blue', active: 'teal', retiring: 'yellow', retired: 'gray', revoked: 'red' };

export function SigningKeysList({ signing }: { signing: SigningKeys }) {
  const { keys: t } = adminTexts;
  const [isAsking, setAsking] = useState(false);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t.intro}</Text>
      <Group justify="space-between" gap="xs">
        <Text size="sm">{t.nextRotation}: {signing.next_rotation_at === null ? t.onRequest : fullText(signing.next_rotation_at)}</Text>
        <Button leftSection={<IconRefresh size={16} />} disabled={signing.requested_at !== null} onClick={() => setAsking(true)}>{t.rotate}</Button>
      </Group>
      {signing.requested_at !== null && <Alert color="blue" py={6} px="sm"><Text size="sm">{t.requested}</Text></Alert>}
      {signing.waits_for !== null && <Alert color="yellow" py={6} px="sm"><Text size="sm">{t.waits[signing.waits_for]}</Text></Alert>}
      {signing.keys.length === 0 && <Empty title={t.empty} next={t.emptyNext} />}
      <Stack component="ul" className="sw-list" gap="sm" aria-label={adminTexts.admin.keys}>
        {signing.keys.map((key) => <KeyCard key={key.kid} signingKey={key} />)}
      </Stack>
      {isAsking && <AskToRotate onClose={() => setAsking(false)} />}
    </Stack>
  );
}

function KeyCard({ signingKey: key }: { signingKey: SigningKey }) {
  const { keys: t } = adminTexts;
  return (
    <Paper component="li" withBorder p="sm">
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600} ff="monospace">{key.kid}</Text>
        <Tooltip label={t.stateHints[key.state]} multiline maw={280}>
          <Badge variant="light" color={COLORS[key.state]} tt="none">{t.states[key.state]}</Badge>
        </Tooltip>
      </Group>
      <Code className="sw-break" aria-label={t.fingerprint}>{key.fingerprint}</Code>
      <Text size="xs" c="dimmed" mt={4}>
        {t.from}: {fullText(key.valid_from)}{key.valid_until !== null && <> · {t.until}: {fullText(key.valid_until)}</>}
      </Text>
    </Paper>
  );
}

function AskToRotate({ onClose }: { onClose: () => void }) {
  const rotate = useRotateKeys();
  const { keys: t } = adminTexts;
  return <Confirm title={t.rotateTitle} text={t.rotateText} action={t.rotate} isBusy={rotate.isPending} error={rotate.error} onConfirm={() => rotate.mutate(undefined, { onSuccess: onClose })} onClose={onClose} />;
}
