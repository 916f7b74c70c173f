import { Alert, Badge, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import type { Peer } from '../../api/types.js';
import { Ago, fullText } from '../../components/times.js';
import { texts } from '../../texts/en.js';
import { adminTexts } from '../../texts/en-admin.js';
import { AddPeerDialog } from './add-peer-dialog.js';
import { Section } from './peer-facts.js';

const t = adminTexts.peers;

export function PeerTrustSection({ peer: { trust } }: { peer: Peer }) {
  return (
    <Section title={t.keys}>
      <Stack gap="sm">
        <Text size="sm">{t.trustModes[trust.mode] ?? trust.mode}</Text>
        {trust.kids.length === 0 && <Alert color="yellow" py="xs">{texts.invite.noFingerprint}</Alert>}
        {trust.kids.map((key) => (
          <div key={key.kid}>
            <Group gap="xs" mb={4}>
              <Code>{key.kid}</Code>
              <Badge size="sm" variant="light" color={key.state === 'active' ? 'teal' : 'gray'} tt="none">{adminTexts.keys.states[key.state] ?? key.state}</Badge>
              {key.valid_until && <Text size="xs" c="dimmed">{t.keyValid(fullText(key.valid_until))}</Text>}
            </Group>
            <Code block fz="xs" style={{ whiteSpace: 'pre-wrap' }} className="sw-break" aria-label={adminTexts.admin.fingerprint}>{key.fingerprint}</Code>
          </div>
        ))}
      </Stack>
    </Section>
  );
}

/** A key that nobody announced: an administrator decides, after having asked the other one. */
export function KeyChangedAlert({ peer }: { peer: Peer }) {
  const [isComparing, setComparing] = useState(false);
  if (!peer.trust.key_changed_at) return null;
  return (
    <Alert color="red" icon={<IconKey size={20} />} title={t.keyChanged} role="alert">
      <Text size="sm">{t.keyChangedText}</Text>
      <Text size="xs" c="dimmed" mt={4}>{t.keyChangedAt} <Ago at={peer.trust.key_changed_at} never="" /></Text>
      <Button size="xs" mt="sm" color="red" onClick={() => setComparing(true)}>{t.compareKey}</Button>
      {isComparing && <AddPeerDialog serverName={peer.server_name} onClose={() => setComparing(false)} />}
    </Alert>
  );
}
