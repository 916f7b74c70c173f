import { Badge, Button, Code, Group, Text } from '@mantine/core';
import { IconKey, IconRotate } from '@tabler/icons-react';
import { useState } from 'react';
import type { SigningKey } from '../api/types.js';
import { Confirm } from '../components/confirm.js';
import { Empty, Loaded } from '../components/loaded.js';
import { Rows, type Column } from '../components/rows.js';
import { Ago, fullText } from '../components/times.js';
import { useMayRotate, useRotate, useSigningKeys } from '../features/keys/use-signing-keys.js';
import { adminTexts } from '../texts/en-admin.js';

const t = adminTexts.keys;
const COLORS: Record<string, string> = { active: 'teal', next: 'blue', retiring: 'yellow', retired: 'gray', revoked: 'red' };

const COLUMNS: Column<SigningKey>[] = [
  { label: t.kid, minWidth: 110, cell: (key) => <Code className="sw-break">{key.kid}</Code> },
  { label: t.state, cell: (key) => <Badge variant="light" color={COLORS[key.state] ?? 'gray'} tt="none" miw="max-content">{t.states[key.state] ?? key.state}</Badge> },
  { label: adminTexts.admin.fingerprint, minWidth: 260, cell: (key) => <Code className="sw-break">{key.fingerprint}</Code> },
  { label: t.from, minWidth: 130, cell: (key) => fullText(key.valid_from) },
  { label: t.until, minWidth: 130, cell: (key) => (key.valid_until ? fullText(key.valid_until) : <Text span inherit c="dimmed">{t.open}</Text>) },
];

export function AdminKeysPage() {
  const signingKeys = useSigningKeys();
  return (
    <>
      <Group mb="md" justify="space-between" align="flex-start">
        <Text size="sm" c="dimmed" flex="1 1 320px">{t.intro}</Text>
        <RotateButton />
      </Group>
      <Loaded query={signingKeys}>
        {(rows) => (
          <>
            <NextRotation rows={rows} />
            {rows.length === 0 ? <Empty icon={<IconKey size={40} stroke={1.2} />} title={t.empty} next={t.emptyNext} /> : <Rows label={adminTexts.admin.keys} columns={COLUMNS} rows={rows} keyOf={(key) => key.kid} />}
          </>
        )}
      </Loaded>
    </>
  );
}

function NextRotation({ rows }: { rows: SigningKey[] }) {
  const next = rows.find((key) => key.state === 'next');
  return (
    <Text size="sm" mb="md">
      <Text span inherit fw={600}>{t.nextRotation}: </Text>
      {next ? <>{t.nextAt} <Ago at={next.valid_from} never="" /> ({fullText(next.valid_from)}).</> : t.noneAnnounced}
    </Text>
  );
}

function RotateButton() {
  const mayRotate = useMayRotate();
  const rotate = useRotate();
  const [isAsking, setAsking] = useState(false);
  if (mayRotate.data !== true) return null;
  return (
    <>
      <Button size="xs" leftSection={<IconRotate size={16} />} onClick={() => setAsking(true)}>{t.rotate}</Button>
      {isAsking && <Confirm title={t.rotateSure} text={t.rotateText} action={t.rotate} isBusy={rotate.isPending} onClose={() => setAsking(false)} onConfirm={() => rotate.mutate(undefined, { onSettled: () => setAsking(false) })} />}
    </>
  );
}
